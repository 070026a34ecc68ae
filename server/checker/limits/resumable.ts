/**
 * Work that pauses now and then, so that other work can go on meanwhile, and that is then gone on with where it was: a
 * coroutine. Each pause says how much was done since the last one, so that who schedules it need not look at a clock, and
 * comes to the same order everywhere.
 */

/** @typeParam T the result. Each yield is the number of transitions tried since the previous pause. */
export type Pausing<T> = Generator<number, T, undefined>;

/** Runs the work to its result without pauses. */
export function finished<T>(work: Pausing<T>): T {
    for (;;) {
        const { done, value } = work.next();
        if (done) {
            return value;
        }
    }
}
