import { messageOf } from '../connection/log.js';
import { WorkerPool } from '../../threads/pool.js';
import type { Threads } from '../../threads/threads.js';
import type { RepairHost, RepairOrder, RepairReport, RepairRun } from './host.js';

/**
 * The memory for the language and for candidate repairs; the checker's states are outside of it, and counted
 * separately.
 */
const MAX_HEAP_MB = 1024;
/** The number of milliseconds after which a worker that does not stop when asked to is terminated. */
const STOP_WITHIN_MS = 1000;

/** Starts a worker for each run. A cancelled run ends at once, regardless of when its worker notices. */
export class WorkerRepairHost implements RepairHost {
    private readonly pool: WorkerPool<RepairOrder, never, RepairReport>;

    constructor(threads: Threads) {
        this.pool = new WorkerPool(threads, 'repair-worker', {
            maxHeapMB: MAX_HEAP_MB,
            stopWithinMs: STOP_WITHIN_MS,
            mostIdle: 0
        });
    }

    start(order: RepairOrder): RepairRun {
        const controller = new AbortController();
        const { signal } = controller;
        const outcome = this.pool
            .call(order, { signal })
            .catch((error: unknown): RepairReport =>
                signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: messageOf(error) }
            );
        return { outcome, cancel: () => controller.abort() };
    }

    dispose(): Promise<void> {
        return this.pool.dispose();
    }
}
