/** The entry of a checker worker in a browser (dist/web-worker.js). */
import type { WorkerOrder } from '../check/messages.js';
import { OrderRunner } from '../check/run.js';
import { tellReady } from './module-worker.js';

// The hashes of a browser are asynchronous, and the checker is not: a key is its own hash.
const runner = new OrderRunner(
    (report) => postMessage(report),
    (text) => text
);
onmessage = ({ data }: MessageEvent<WorkerOrder>) => runner.receive(data);
tellReady();
