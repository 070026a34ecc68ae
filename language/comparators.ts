/** Comparisons seen from their other side, as `server/model/comparators.ts` has them for the lowered policy. */
import type { Comparator } from '../server/model/policy.js';

/** `a < b` is `b > a`. */
export const MIRRORED: { readonly [operator in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};
