/** Comparisons seen from their other side. */
import type { Comparator } from './policy.js';

/** `a < b` is `b > a`. */
export const MIRRORED: { readonly [cmp in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};
