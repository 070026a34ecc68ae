/** Comparisons seen from their other side, as `server/model/policy/comparators.ts` has them for the lowered policy. */
import type { Comparator } from '../server/model/policy/policy.js';

/** `a < b` becomes `b > a`. */
export const MIRRORED: { readonly [operator in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};
