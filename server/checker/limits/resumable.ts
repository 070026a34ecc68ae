/**
 * Work that pauses now and then, so that other work can go on meanwhile, and that is then gone on with where it was: a
 * coroutine. Each pause says how much was done since the last one, so that who schedules it need not look at a clock, and
 * comes to the same order everywhere.
 */

/** @typeParam T what it comes to. It yields the transitions that were tried since it last paused. */
export type Pausing<T> = Generator<number, T, undefined>;

/** What the work comes to, done without a pause. */
export function finished<T>(work: Pausing<T>): T {
    for (;;) {
        const { done, value } = work.next();
        if (done) {
            return value;
        }
    }
}
