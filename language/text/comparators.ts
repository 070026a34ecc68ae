/** Swaps the sides of comparisons, as `server/model/policy/comparators.ts` does for the lowered policy. */
import type { Comparator } from '../../server/model/policy/policy.js';

/** The operators with their sides swapped: `a < b` becomes `b > a`. */
export const MIRRORED: { readonly [operator in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};
