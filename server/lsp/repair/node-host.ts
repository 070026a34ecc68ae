import { Worker } from 'node:worker_threads';
import { messageOf } from '../log.js';
import type { RepairHost, RepairOrder, RepairReport, RepairRun } from './host.js';

/** Memory of the language and of what it tries; the checker's states are outside of it, and counted. */
const MAX_HEAP_MB = 1024;

/** A worker thread of node for each run, which is ended with it: whoever cancels waits for nothing. */
export class NodeRepairHost implements RepairHost {
    private readonly running = new Set<Worker>();

    /** `workerFile` is the path of the bundled `repair-worker.ts`. */
    constructor(private readonly workerFile: string) {}

    start(order: RepairOrder): RepairRun {
        const worker = new Worker(this.workerFile, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
        worker.unref();
        this.running.add(worker);
        let isCancelled = false;
        const end = (): void => {
            this.running.delete(worker);
            void worker.terminate();
        };
        const outcome = new Promise<RepairReport>((resolve) => {
            worker.on('message', (report: RepairReport) => resolve(report));
            worker.on('error', (error) => resolve({ kind: 'failed', message: messageOf(error) }));
            worker.on('exit', (code) =>
                resolve(isCancelled ? { kind: 'cancelled' } : { kind: 'failed', message: `exit code ${code}` })
            );
        });
        void outcome.then(end);
        worker.postMessage(order);
        return {
            outcome,
            cancel: () => {
                isCancelled = true;
                end();
            }
        };
    }

    async dispose(): Promise<void> {
        await Promise.all([...this.running].map((worker) => worker.terminate()));
    }
}
