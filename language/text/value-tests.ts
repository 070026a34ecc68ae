import type { Comparison } from '../generated/ast.js';

export type Scalar = string | number | boolean;
export type Operator = Comparison['operator'];

/** One test of one value. */
export interface Test {
    readonly operator: Operator | 'in' | 'not in' | 'starts with' | 'contains' | 'holds';
    readonly values: readonly Scalar[];
    readonly negated: boolean;
}
