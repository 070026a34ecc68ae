/** The entry of a worker in a browser that looks for repairs (dist/web-repair-worker.js). */
import { EmptyFileSystem } from 'langium';
import { runRepair } from '../repair/run.js';
import type { StoppableOrder } from '../repair/worker-host.js';
import { tellReady } from './module-worker.js';

onmessage = ({ data: { stop, ...order } }: MessageEvent<StoppableOrder>) => {
    const asked = stop && new Int32Array(stop);
    const isCancelled = (): boolean => asked !== undefined && Atomics.load(asked, 0) !== 0;
    // The order brings the texts of all files that the policy sees.
    void runRepair(order, EmptyFileSystem.fileSystemProvider(), isCancelled).then((report) => postMessage(report));
};
tellReady();
