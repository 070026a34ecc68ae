import { answerCalls, type Handler } from '../answer-calls.js';
import { tellReady } from './module-worker.js';

/** Answers the calls of this worker in a browser. */
export function answerInBrowser<Order, Report, Answer>(handler: Handler<Order, Report, Answer>): void {
    answerCalls(
        {
            post: (message) => postMessage(message),
            onMessage: (receive) => {
                onmessage = ({ data }) => receive(data);
            }
        },
        handler
    );
    tellReady();
}
