/**
 * A worker that never searches for a repair: it ends at once if it has no time, and otherwise waits until it is asked
 * to stop.
 */
import type { RepairOrder, RepairReport } from '../../../server/lsp/repair/host.js';
import { answerInNode } from '../../../server/threads/node/answer.js';

/** The worker sets these flags when it has started, and when it was asked to stop. */
export interface WatchedOrder extends RepairOrder {
    readonly began: SharedArrayBuffer;
    readonly stopped: SharedArrayBuffer;
}

answerInNode(({ timeoutMs, began, stopped }: WatchedOrder, { isCancelled }): RepairReport => {
    if (timeoutMs === 0) {
        process.exit(3);
    }
    Atomics.store(new Int32Array(began), 0, 1);
    while (!isCancelled()) {
        // This is a busy worker, which does not read messages.
    }
    Atomics.store(new Int32Array(stopped), 0, 1);
    return { kind: 'cancelled' };
});
