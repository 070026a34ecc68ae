import type { SessionAnswer, SessionOrder } from '../../simulator/session.js';
import { WorkerPool } from '../../threads/pool.js';
import type { Threads } from '../../threads/threads.js';
import type { SessionHost } from './host.js';

/** The memory for the worker, the same as for the worker that searches for repairs. */
const MAX_HEAP_MB = 1024;

/** Plays sessions in one worker, which is created when the first session is played. */
export class WorkerSessionHost implements SessionHost {
    private readonly pool: WorkerPool<SessionOrder, never, SessionAnswer>;

    constructor(threads: Threads) {
        // Each order reads the policy's text under the same name.
        this.pool = new WorkerPool(threads, 'session-worker', {
            mostAtOnce: 1,
            maxHeapMB: MAX_HEAP_MB,
            stopWithinMs: 0
        });
    }

    run(order: SessionOrder): Promise<SessionAnswer> {
        return this.pool.call(order);
    }

    dispose(): Promise<void> {
        return this.pool.dispose();
    }
}
