/** The entry of a worker thread in node that looks for repairs (dist/repair-worker.js). */
import { parentPort } from 'node:worker_threads';
import { NodeFileSystem } from 'langium/node';
import type { RepairOrder } from './repair/host.js';
import { runRepair } from './repair/run.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of the Guardrail language server and cannot be run by itself.');
}
port.on('message', (order: RepairOrder) => {
    void runRepair(order, NodeFileSystem.fileSystemProvider()).then((report) => port.postMessage(report));
});
