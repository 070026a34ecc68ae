/** The entry of the checker's worker thread in node (dist/worker.js). */
import { parentPort } from 'node:worker_threads';
import type { CheckOrder } from './check/messages.js';
import { runCheck } from './check/run.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of the Guardrail language server and cannot be run by itself.');
}
port.on('message', (order: CheckOrder) => runCheck(order, (report) => port.postMessage(report)));
