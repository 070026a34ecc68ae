import type { Thread, Threads } from '../threads.js';
import type { RepairHost, RepairOrder, RepairReport, RepairRun } from './host.js';

/** Memory of the language and of what it tries; the checker's states are outside of it, and counted. */
const MAX_HEAP_MB = 1024;

/** A worker that is asked to stop and does not is ended after this many milliseconds. */
const STOP_WITHIN_MS = 1000;

export interface StoppableOrder extends RepairOrder {
    /**
     * One Int32; anything but 0 asks the run to stop. Shared, because a busy worker reads no messages; where no memory can be
     * shared, the worker is ended.
     */
    readonly stop?: SharedArrayBuffer;
}

/** A worker for each run. A run that is cancelled is over at once, whenever its worker notices. */
export class WorkerRepairHost implements RepairHost {
    private readonly running = new Set<Thread>();

    constructor(private readonly threads: Threads) {}

    start(order: RepairOrder): RepairRun {
        const stop =
            typeof SharedArrayBuffer === 'undefined'
                ? undefined
                : new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
        let timer: ReturnType<typeof setTimeout> | undefined;
        let settle: (report: RepairReport) => void = () => undefined;
        const outcome = new Promise<RepairReport>((resolve) => {
            settle = resolve;
        });
        const finish = (report: RepairReport): void => {
            settle(report);
            end();
        };
        const thread = this.threads.start('repair-worker', MAX_HEAP_MB, {
            onMessage: (report) => finish(report as RepairReport),
            onEnd: (reason) => finish({ kind: 'failed', message: reason })
        });
        this.running.add(thread);
        const end = (): void => {
            clearTimeout(timer);
            this.running.delete(thread);
            void thread.end();
        };
        thread.post({ ...order, ...(stop && { stop: stop.buffer }) } satisfies StoppableOrder);
        return {
            outcome,
            cancel: () => {
                settle({ kind: 'cancelled' });
                if (stop) {
                    Atomics.store(stop, 0, 1);
                    timer ??= setTimeout(end, STOP_WITHIN_MS);
                } else {
                    end();
                }
            }
        };
    }

    async dispose(): Promise<void> {
        await Promise.all([...this.running].map((thread) => thread.end()));
    }
}
