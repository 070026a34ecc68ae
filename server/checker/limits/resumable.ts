/**
 * A coroutine: work that pauses from time to time, so that other work can run in between, and then continues. Each
 * pause reports the amount of work since the previous one. A scheduler therefore needs no clock, and the order is the
 * same everywhere.
 */

/** @typeParam T the result. Each yield is the number of transitions tried since the previous pause. */
export type Resumable<T> = Generator<number, T, undefined>;

/** Runs the work to its result without pauses. */
export function finished<T>(work: Resumable<T>): T {
    for (;;) {
        const { done, value } = work.next();
        if (done) {
            return value;
        }
    }
}
