/** The entry of a worker thread in node that looks for repairs (dist/repair-worker.js). */
import { parentPort } from 'node:worker_threads';
import { Disk } from './node/disk.js';
import { letOthersGoFirst } from './node/priority.js';
import type { StoppableOrder } from './repair/worker-host.js';
import { runRepair } from './repair/run.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of the Guardrail language server and cannot be run by itself.');
}
letOthersGoFirst();
port.on('message', ({ stop, ...order }: StoppableOrder) => {
    const asked = stop && new Int32Array(stop);
    const isCancelled = (): boolean => asked !== undefined && Atomics.load(asked, 0) !== 0;
    void runRepair(order, new Disk(), isCancelled).then((report) => port.postMessage(report));
});
