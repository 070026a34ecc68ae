/**
 * How much the slow tests try. A build tries a part of it, the same each time; `npm run test:deep` sets `TEST_DEPTH` and
 * tries many times as much.
 */
const { TEST_DEPTH = '1', TEST_SHARE = '0' } = process.env;

/** How many times as much as a build is tried. */
export const DEPTH = Number(TEST_DEPTH);

/** Long work is divided into shares that start from seeds of their own. */
export const SHARE = Number(TEST_SHARE);

/** Where random cases start, unless a test has a seed of its own. */
export const SEED = 1 + SHARE;

/** How many random cases are tried, where a build tries `perBuild`. */
export function runs(perBuild: number): number {
    return Math.ceil(perBuild * DEPTH);
}

/** Of all cases every so manieth, where a build tries one in `every`. */
export function partOf<T>(all: readonly T[], every: number): T[] {
    const step = Math.max(1, Math.round(every / Math.max(1, DEPTH)));
    return all.filter((_, index) => index % step === SHARE % step);
}
