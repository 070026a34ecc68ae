import { Worker } from 'node:worker_threads';
import { messageOf } from '../log.js';
import type { RepairHost, RepairOrder, RepairReport, RepairRun } from './host.js';

/** Memory of the language and of what it tries; the checker's states are outside of it, and counted. */
const MAX_HEAP_MB = 1024;

/** A worker that is asked to stop and does not is ended after this many milliseconds. */
const STOP_WITHIN_MS = 1000;

export interface StoppableOrder extends RepairOrder {
    /** One Int32; anything but 0 asks the run to stop. Shared, because a busy worker reads no messages. */
    readonly stop: SharedArrayBuffer;
}

/** A worker thread of node for each run. A run that is cancelled is over at once, whenever its worker notices. */
export class NodeRepairHost implements RepairHost {
    private readonly running = new Set<Worker>();

    /** `workerFile` is the path of the bundled `repair-worker.ts`. */
    constructor(private readonly workerFile: string) {}

    start(order: RepairOrder): RepairRun {
        const worker = new Worker(this.workerFile, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
        worker.unref();
        this.running.add(worker);
        const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
        let timer: NodeJS.Timeout | undefined;
        const end = (): void => {
            clearTimeout(timer);
            this.running.delete(worker);
            void worker.terminate();
        };
        let settle: (report: RepairReport) => void = () => undefined;
        const outcome = new Promise<RepairReport>((resolve) => {
            settle = resolve;
        });
        worker.on('message', (report: RepairReport) => {
            settle(report);
            end();
        });
        worker.on('error', (error) => {
            settle({ kind: 'failed', message: messageOf(error) });
            end();
        });
        worker.on('exit', (code) => {
            settle({ kind: 'failed', message: `exit code ${code}` });
            end();
        });
        const asked: StoppableOrder = { ...order, stop: stop.buffer };
        worker.postMessage(asked);
        return {
            outcome,
            cancel: () => {
                settle({ kind: 'cancelled' });
                Atomics.store(stop, 0, 1);
                timer ??= setTimeout(end, STOP_WITHIN_MS);
                timer.unref();
            }
        };
    }

    async dispose(): Promise<void> {
        await Promise.all([...this.running].map((worker) => worker.terminate()));
    }
}
