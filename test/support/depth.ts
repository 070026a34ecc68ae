/**
 * How much the slow tests try. `runs` and the like name what makes a test mean something by itself; a build tries a fifth of it,
 * the same each time, and `npm run test:deep` sets `TEST_DEPTH` and tries many times as much.
 */
const { TEST_DEPTH = '0.2', TEST_SHARE = '0' } = process.env;

/** How many times as much as a test names is tried. */
export const DEPTH = Number(TEST_DEPTH);

/** Long work is divided into shares that start from seeds of their own. */
export const SHARE = Number(TEST_SHARE);

/** Where random cases start, unless a test has a seed of its own. */
export const SEED = 1 + SHARE;

/** How many random cases are tried of the number that a test names. */
export function runs(count: number): number {
    return Math.ceil(count * DEPTH);
}

/** A lower bound on how often something occurs among all cases that a test names. A build tries a part, which may lack it. */
export function more(often: number): number {
    return DEPTH < 1 ? -1 : often;
}

/** Of all cases every so manieth, where a build tries one in `every`. */
export function partOf<T>(all: readonly T[], every: number): T[] {
    const step = Math.max(1, Math.round(every / Math.max(1, DEPTH)));
    return all.filter((_, index) => index % step === SHARE % step);
}
