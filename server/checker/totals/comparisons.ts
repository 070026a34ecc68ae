/** Normalizes comparisons with one count or total to the form `aggregate + parameter cmp number`. */
import { MIRRORED } from '../../model/policy/comparators.js';
import type { Amount } from '../../model/values/amounts.js';
import { add, amountOf, negated } from '../../model/values/amounts.js';
import type { Comparator, Condition, Term } from '../../model/policy/policy.js';

export interface Comparison {
    readonly recorder: number;
    /** A parameter of the decided call, which is added to the aggregate. */
    readonly param?: string;
    readonly cmp: Comparator;
    readonly bound: Amount;
}

/** A sum of aggregates and parameters, each with its coefficient, plus a number. */
interface Linear {
    readonly number: Amount;
    readonly recorders: ReadonlyMap<number, number>;
    readonly params: ReadonlyMap<string, number>;
}

/** Undefined if the comparison reads no aggregate, several, or something else. */
export function comparisonOf(condition: Condition): Comparison | undefined {
    if (condition.op !== 'compare') {
        return undefined;
    }
    const [left, right] = [linear(condition.left), linear(condition.right)];
    const difference = left && right && plus(left, times(right, -1));
    const [aggregate, ...others] = difference ? [...difference.recorders] : [];
    if (!difference || !aggregate || others.length > 0) {
        return undefined;
    }
    const [recorder, sign] = aggregate;
    const { number, params } = times(difference, sign);
    const [param, ...more] = params;
    const isPlain = Math.abs(sign) === 1 && more.length === 0 && (param === undefined || param[1] === 1);
    return isPlain
        ? {
              recorder,
              ...(param && { param: param[0] }),
              cmp: sign < 0 ? MIRRORED[condition.cmp] : condition.cmp,
              bound: negated(number)
          }
        : undefined;
}

/** Undefined if the term contains something else. */
function linear(term: Term): Linear | undefined {
    switch (term.term) {
        case 'constant':
            return typeof term.value === 'number' && Number.isFinite(term.value)
                ? { number: amountOf(term.value), recorders: new Map(), params: new Map() }
                : undefined;
        case 'param':
            return { number: 0, recorders: new Map(), params: new Map([[term.name, 1]]) };
        case 'aggregate':
            return { number: 0, recorders: new Map([[term.recorder, 1]]), params: new Map() };
        case 'sum': {
            const [left, right] = [linear(term.left), linear(term.right)];
            return left && right && plus(left, times(right, term.minus ? -1 : 1));
        }
        default:
            return undefined;
    }
}

function plus(a: Linear, b: Linear): Linear {
    return {
        number: add(a.number, b.number),
        recorders: added(a.recorders, b.recorders),
        params: added(a.params, b.params)
    };
}

/** @param sign 1 or -1; other coefficients lead to a form that `comparisonOf` rejects */
function times({ number, recorders, params }: Linear, sign: number): Linear {
    const each = <K>(counts: ReadonlyMap<K, number>): Map<K, number> =>
        new Map([...counts].map(([key, count]) => [key, count * sign]));
    return { number: sign < 0 ? negated(number) : number, recorders: each(recorders), params: each(params) };
}

function added<K>(a: ReadonlyMap<K, number>, b: ReadonlyMap<K, number>): Map<K, number> {
    const sum = new Map(a);
    b.forEach((count, key) => sum.set(key, (sum.get(key) ?? 0) + count));
    return new Map([...sum].filter(([, count]) => count !== 0));
}
