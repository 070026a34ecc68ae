import { parentPort } from 'node:worker_threads';
import { answerCalls, type Handler } from '../answer-calls.js';

/** Answers the calls of this worker thread. Throws outside of a worker thread. */
export function answerInNode<Order, Report, Answer>(handler: Handler<Order, Report, Answer>): void {
    const port = parentPort;
    if (!port) {
        throw new Error('This file is a worker of Guardrail and cannot be run by itself.');
    }
    answerCalls(
        { post: (message) => port.postMessage(message), onMessage: (receive) => port.on('message', receive) },
        handler
    );
}
