/**
 * Decides how much the slow tests try. `runs` and similar functions take the number that makes a test meaningful on its
 * own. A build tries an eightieth of it, the same each time. `npm run test:deep` sets `TEST_DEPTH`, and tries all
 * non-random cases and many times as many random ones. A build prints how many cases it left out (`vitest.config.ts`).
 */
const { TEST_DEPTH = '', TEST_SHARE = '0' } = process.env;

/** True if all non-random cases are tried. */
export const IS_DEEP = TEST_DEPTH !== '';

/** The factor on the number of cases that a test names. */
export const DEPTH = IS_DEEP ? Number(TEST_DEPTH) : 0.0125;

/** The number of the share: long work is divided into shares that start from different seeds. */
export const SHARE = Number(TEST_SHARE);

/** The seed of random cases, unless a test has its own. */
export const SEED = 1 + SHARE;

let left = 0;

/** The number of cases that were left to the deep run since the last call. */
export function takeLeft(): number {
    const taken = left;
    left = 0;
    return taken;
}

/** The number of random cases to try, which is a part of the number that a test names, and at least `least`. */
export function runs(count: number, least = 1): number {
    const tried = Math.max(least, Math.ceil(count * DEPTH));
    left += Math.max(0, Math.ceil(count) - tried);
    return tried;
}

/**
 * A lower bound on how often something occurs among all cases that a test names. A build tries only a part, in which it
 * may be missing.
 */
export function more(often: number): number {
    return DEPTH >= 1 ? often : -1;
}

/** One in `part` cases in a build, or those that meet the condition `part`; all of them in a deep run. */
export function partOf<T>(all: readonly T[], part: number | ((one: T) => boolean)): T[] {
    const isTried = typeof part === 'number' ? (_: T, index: number) => index % part === 0 : part;
    const tried = all.filter((one, index) => IS_DEEP || isTried(one, index));
    left += all.length - tried.length;
    return tried;
}

/** Cases that a build has no time for, in addition to others of their kind. */
export function onlyDeep<T>(cases: readonly T[]): readonly T[] {
    return partOf(cases, () => false);
}
