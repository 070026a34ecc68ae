/** Comparisons with their sides swapped. */
import type { Comparator } from './policy.js';

/** `a < b` becomes `b > a`. */
export const MIRRORED: { readonly [cmp in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};
