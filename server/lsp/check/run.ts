import { CheckCancelled, checkPolicy } from '../../checker/check.js';
import type { CheckOrder, CheckReport } from './messages.js';

const PROGRESS_EVERY_MS = 250;

/** Carries out one order inside a worker of any kind; reports go out through `post` as they come. */
export function runCheck(order: CheckOrder, post: (report: CheckReport) => void): void {
    const { run, policy, limits } = order;
    const stop = new Int32Array(order.stop);
    let reported = Date.now();
    try {
        const result = checkPolicy(policy, {
            limits,
            isCancelled: () => Atomics.load(stop, 0) !== 0,
            onClaim: (claim) => post({ run, kind: 'claim', claim }),
            onProgress: ({ claim, states }) => {
                const now = Date.now();
                if (now - reported >= PROGRESS_EVERY_MS) {
                    reported = now;
                    post({ run, kind: 'progress', progress: { claim, states } });
                }
            }
        });
        post({ run, kind: 'done', result });
    } catch (error) {
        if (error instanceof CheckCancelled) {
            post({ run, kind: 'cancelled' });
        } else {
            post({ run, kind: 'failed', message: error instanceof Error ? error.message : String(error) });
        }
    }
}
