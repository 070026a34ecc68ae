/**
 * How much the slow tests try. `runs` and the like name what makes a test mean something by itself; a build tries a tenth of it,
 * the same each time, and `npm run test:deep` sets `TEST_DEPTH` and tries everything, and many times as much that is random.
 */
const { TEST_DEPTH = '0.1', TEST_SHARE = '0' } = process.env;

/** How many times as much as a test names is tried. */
export const DEPTH = Number(TEST_DEPTH);

/** Long work is divided into shares that start from seeds of their own. */
export const SHARE = Number(TEST_SHARE);

/** Where random cases start, unless a test has a seed of its own. */
export const SEED = 1 + SHARE;

/** Whether everything is tried that is not random. */
export const IS_DEEP = DEPTH >= 1;

/** How many random cases are tried of the number that a test names, and at least so many. */
export function runs(count: number, least = 1): number {
    return Math.max(least, Math.ceil(count * DEPTH));
}

/** A lower bound on how often something occurs among all cases that a test names. A build tries a part, which may lack it. */
export function more(often: number): number {
    return IS_DEEP ? often : -1;
}

/** One in `every` of the cases in a build; all of them in a deep run. */
export function partOf<T>(all: readonly T[], every: number): T[] {
    return all.filter((_, index) => IS_DEEP || index % every === 0);
}

/** Cases that a build has no time for, beside others of their kind. */
export function onlyDeep<T>(cases: readonly T[]): readonly T[] {
    return IS_DEEP ? cases : [];
}
