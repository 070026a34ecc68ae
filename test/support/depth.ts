/**
 * How much the slow tests try. `runs` and similar parameters give the number that makes a test meaningful on its own. A
 * build tries a tenth of it, the same each time. `npm run test:deep` sets `TEST_DEPTH`, and tries all non-random cases
 * and many times as many random ones.
 */
const { TEST_DEPTH = '0.1', TEST_SHARE = '0' } = process.env;

/** The factor on the number of cases that a test names. */
export const DEPTH = Number(TEST_DEPTH);

/** Long work is divided into shares that start from different seeds. */
export const SHARE = Number(TEST_SHARE);

/** The seed of random cases, unless a test has its own. */
export const SEED = 1 + SHARE;

/** True if all non-random cases are tried. */
export const IS_DEEP = DEPTH >= 1;

/** The number of random cases to try, given the number that a test names, and at least `least`. */
export function runs(count: number, least = 1): number {
    return Math.max(least, Math.ceil(count * DEPTH));
}

/**
 * A lower bound on how often something occurs among all cases that a test names. A build tries only a part, in which it
 * may be missing.
 */
export function more(often: number): number {
    return IS_DEEP ? often : -1;
}

/** One in `every` cases in a build; all of them in a deep run. */
export function partOf<T>(all: readonly T[], every: number): T[] {
    return all.filter((_, index) => IS_DEEP || index % every === 0);
}

/** Cases that a build has no time for, in addition to others of their kind. */
export function onlyDeep<T>(cases: readonly T[]): readonly T[] {
    return IS_DEEP ? cases : [];
}
