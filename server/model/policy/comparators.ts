/** Swaps the sides of comparisons. */
import type { Comparator } from './policy.js';

/** The comparators with their sides swapped: `a < b` becomes `b > a`. */
export const MIRRORED: { readonly [cmp in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};
