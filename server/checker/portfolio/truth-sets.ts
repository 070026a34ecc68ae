/** Sets of truth values, how connectives act on them, and relations of values. */
import { FALSE, type Truth, TRUE, UNKNOWN } from '../../model/policy/truth.js';

/** Bits for false, unknown and true. */
export type Values = number;
export const only = (value: Truth): Values => 1 << value;
export const has = (values: Values, value: Truth): boolean => (values & only(value)) !== 0;
export const ALL: readonly Truth[] = [FALSE, UNKNOWN, TRUE];

/** An unknown condition matches, except in an `allow` (M3). */
export function canMatch(values: Values): boolean {
    return has(values, UNKNOWN) || has(values, TRUE);
}

export function mapped(of: (value: Truth) => Truth, values: Values): Values {
    return ALL.reduce<Values>((all, value) => (has(values, value) ? all | only(of(value)) : all), 0);
}

export function both(of: (a: Truth, b: Truth) => Truth, left: Values, right: Values): Values {
    return ALL.reduce<Values>((all, a) => (has(left, a) ? all | mapped((b) => of(a, b), right) : all), 0);
}

/** True if two conditions can have these values for one call. */
export type Relation = (a: Truth, b: Truth) => boolean;
