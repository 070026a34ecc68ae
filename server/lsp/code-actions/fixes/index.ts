/**
 * The registry of quick fixes: code -> ways to repair it. A fix is a `Fix` in a file of this folder, and an entry here. What
 * it needs to know of the problem it reads from the tree at `problem.node`, not from the message. A test goes through all
 * codes: each has a fix, or an entry in its table of codes that have none, with the reason.
 */
import type { Fix } from './fix.js';
import { removals } from './removals.js';

const FIXES: readonly Fix[] = [...removals];

export const FIXES_BY_CODE: ReadonlyMap<string, readonly Fix[]> = new Map(
    [...new Set(FIXES.flatMap(({ codes }) => codes))]
        .sort()
        .map((code) => [code, FIXES.filter(({ codes }) => codes.includes(code))])
);
