/**
 * Kleene's strong three-valued logic (M3). The numbers are ordered so that `and` is the minimum, `or` the
 * maximum and `not` the reflection.
 */
export type Truth = 0 | 1 | 2;

export const FALSE: Truth = 0;
export const UNKNOWN: Truth = 1;
export const TRUE: Truth = 2;

export function and(a: Truth, b: Truth): Truth {
    return a < b ? a : b;
}

export function or(a: Truth, b: Truth): Truth {
    return a > b ? a : b;
}

export function not(a: Truth): Truth {
    return (2 - a) as Truth;
}

export function truth(value: boolean): Truth {
    return value ? TRUE : FALSE;
}

/**
 * True unless the value is known to be false. This is how a `deny`, the `when` of a requirement and a claim read
 * unknown.
 */
export function mayBe(a: Truth): boolean {
    return a !== FALSE;
}

/** True only if the value is known to be true. This is how an `allow`, a `require` and `possible` read unknown. */
export function mustBe(a: Truth): boolean {
    return a === TRUE;
}
