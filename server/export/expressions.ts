/**
 * Builds expressions over the variables of a guarded system, and simplifies them at once. Numbers are never negative.
 */

/**
 * A Boolean expression. It has two values, because unknown is expressed by separate "may be" and "must be" expressions.
 */
export type Bool =
    | { readonly bool: 'constant'; readonly value: boolean }
    | { readonly bool: 'not'; readonly arg: Bool }
    | { readonly bool: 'and' | 'or'; readonly args: readonly Bool[] }
    /** A comparison of a variable, or a smaller part of a state, with a number or another variable. */
    | { readonly bool: 'compare'; readonly cmp: '==' | '<' | '>='; readonly left: Int; readonly right: Int };

export type Int =
    | { readonly int: 'constant'; readonly value: number }
    | { readonly int: 'variable'; readonly variable: number }
    | { readonly int: 'successor'; readonly of: Int }
    | { readonly int: 'if'; readonly condition: Bool; readonly yes: Int; readonly no: Int };

export const YES: Bool = { bool: 'constant', value: true };
export const NO: Bool = { bool: 'constant', value: false };

export function bool(value: boolean): Bool {
    return value ? YES : NO;
}

export function number(value: number): Int {
    return { int: 'constant', value };
}

export function variable(index: number): Int {
    return { int: 'variable', variable: index };
}

export function not(arg: Bool): Bool {
    return arg.bool === 'constant' ? bool(!arg.value) : arg.bool === 'not' ? arg.arg : { bool: 'not', arg };
}

export function all(args: readonly Bool[]): Bool {
    return join('and', args, true);
}

export function any(args: readonly Bool[]): Bool {
    return join('or', args, false);
}

export function compare(cmp: '==' | '<' | '>=', left: Int, right: Int): Bool {
    if (left.int === 'constant' && right.int === 'constant') {
        const [a, b] = [left.value, right.value];
        return bool(cmp === '==' ? a === b : cmp === '<' ? a < b : a >= b);
    }
    return { bool: 'compare', cmp, left, right };
}

export function choose(condition: Bool, yes: Int, no: Int): Int {
    return condition.bool === 'constant'
        ? condition.value
            ? yes
            : no
        : sameInt(yes, no)
          ? yes
          : { int: 'if', condition, yes, no };
}

export function successor(of: Int): Int {
    return of.int === 'constant' ? number(of.value + 1) : { int: 'successor', of };
}

/** A number that is 1 if the expression is true, otherwise 0. */
export function bit(condition: Bool): Int {
    return choose(condition, number(1), number(0));
}

export function isOne(of: Int): Bool {
    return compare('==', of, number(1));
}

export function least(left: Int, right: Int): Int {
    return choose(compare('<', left, right), left, right);
}

export function greatest(left: Int, right: Int): Int {
    return choose(compare('<', left, right), right, left);
}

export function sameInt(left: Int, right: Int): boolean {
    return left === right || JSON.stringify(left) === JSON.stringify(right);
}

export function evaluateBool(condition: Bool, state: readonly number[]): boolean {
    switch (condition.bool) {
        case 'constant':
            return condition.value;
        case 'not':
            return !evaluateBool(condition.arg, state);
        case 'and':
            return condition.args.every((arg) => evaluateBool(arg, state));
        case 'or':
            return condition.args.some((arg) => evaluateBool(arg, state));
        case 'compare': {
            const [left, right] = [evaluateInt(condition.left, state), evaluateInt(condition.right, state)];
            return condition.cmp === '==' ? left === right : condition.cmp === '<' ? left < right : left >= right;
        }
    }
}

export function evaluateInt(of: Int, state: readonly number[]): number {
    switch (of.int) {
        case 'constant':
            return of.value;
        case 'variable':
            return state[of.variable]!;
        case 'successor':
            return evaluateInt(of.of, state) + 1;
        case 'if':
            return evaluateInt(evaluateBool(of.condition, state) ? of.yes : of.no, state);
    }
}

function join(op: 'and' | 'or', args: readonly Bool[], neutral: boolean): Bool {
    const open = new Map<string, Bool>();
    for (const arg of args.flatMap((part) => (part.bool === op ? part.args : [part]))) {
        if (arg.bool !== 'constant') {
            open.set(JSON.stringify(arg), arg);
        } else if (arg.value !== neutral) {
            return bool(!neutral);
        }
    }
    const left = [...open.values()];
    return left.length === 0 ? bool(neutral) : left.length === 1 ? left[0]! : { bool: op, args: left };
}
