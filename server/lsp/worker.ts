/** The entry of a checker worker thread in node (dist/worker.js). */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { WorkerOrder } from './check/messages.js';
import { OrderRunner } from './check/run.js';
import { letOthersGoFirst } from './node/priority.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of the Guardrail language server and cannot be run by itself.');
}
letOthersGoFirst();
const runner = new OrderRunner(
    (report) => port.postMessage(report),
    (text) => createHash('sha256').update(text).digest('base64')
);
port.on('message', (order: WorkerOrder) => runner.receive(order));
