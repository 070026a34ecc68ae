/** Sets of truth values in Kleene's logic: bit 1 for false, 2 for unknown, 4 for true. In a policy, these are 0, 1 and 2. */

export type Truths = number;

export const VALUES = [0, 1, 2] as const;

export type Value = (typeof VALUES)[number];

/** The values in a set. */
export const valuesIn = (of: Truths): Value[] => VALUES.filter((value) => (of & only(value)) !== 0);

export const EVERY: Truths = 7;

export const only = (value: Value): Truths => 1 << value;

export const mayBeFalse = (of: Truths): boolean => (of & 1) !== 0;

export const mayBeTrue = (of: Truths): boolean => (of & 4) !== 0;

/** True if each value is false. */
export const mayNotBeFalse = (of: Truths): boolean => (of & 6) !== 0;

export const negated = (of: Truths): Truths => ((of & 1) << 2) | (of & 2) | (of >> 2);

/** The values of `a and b`: the lesser of the two. */
export const both = (a: Truths, b: Truths): Truths => LESSER[a * 8 + b]!;

/** The values of `a or b`: the greater of the two. */
export const either = (a: Truths, b: Truths): Truths => GREATER[a * 8 + b]!;

function tableOf(of: (a: number, b: number) => number): readonly Truths[] {
    return Array.from({ length: 64 }, (_, index) => {
        const [left, right] = [index >> 3, index % 8].map(valuesIn);
        return left!.flatMap((one) => right!.map((other) => 1 << of(one, other))).reduce((all, one) => all | one, 0);
    });
}

const LESSER = tableOf(Math.min);
const GREATER = tableOf(Math.max);
