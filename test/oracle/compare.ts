/** Compares values, with numbers as intervals if something is unknown (M3). */
import type { Comparator, Value } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { known, type Answer } from './answer.js';

/** A number that is known to lie between two bounds, both included. */
export class Range {
    constructor(
        readonly least: number,
        readonly most: number
    ) {}
}

/** The value of a term; `undefined` if it cannot be read. */
export type Said = Value | Range | undefined;

export function compare(comparator: Comparator, left: Said, right: Said): Answer {
    if (left === undefined || right === undefined) {
        return 'unknown';
    }
    const a = rangeOf(left);
    const b = rangeOf(right);
    if (a !== undefined && b !== undefined) {
        return compareRanges(comparator, a, b);
    }
    if (left instanceof Range || right instanceof Range) {
        return comparator === '==' ? 'no' : comparator === '!=' ? 'yes' : 'unknown';
    }
    switch (comparator) {
        case '==':
            return known(same(left, right));
        case '!=':
            return known(!same(left, right));
        default:
            return 'unknown';
    }
}

/** A sum or difference of values that may be intervals. */
export function add(left: Said, right: Said, minus: boolean): Said {
    const a = rangeOf(left);
    const b = rangeOf(right);
    if (a === undefined || b === undefined) {
        return undefined;
    }
    return minus
        ? new Range(exact(a.least - b.most), exact(a.most - b.least))
        : new Range(exact(a.least + b.least), exact(a.most + b.most));
}

/** Decimals are exact: rounding errors of binary fractions are not part of the number. */
export function exact(number: number): number {
    return Math.round(number * 1e6) / 1e6;
}

/** The interval of a value; a number is an interval with one element. */
export function rangeOf(said: Said): Range | undefined {
    return typeof said === 'number' ? new Range(said, said) : said instanceof Range ? said : undefined;
}

export function same(a: Value, b: Value): boolean {
    return canonical(a) === canonical(b);
}

export function sameCall(a: Call, b: Call): boolean {
    return a.agent === b.agent && a.tool === b.tool && same(a.args, b.args);
}

function compareRanges(comparator: Comparator, a: Range, b: Range): Answer {
    const surely = (yes: boolean, no: boolean): Answer => (yes ? 'yes' : no ? 'no' : 'unknown');
    const equal = a.least === a.most && b.least === b.most && a.least === b.least;
    const apart = a.most < b.least || b.most < a.least;
    switch (comparator) {
        case '==':
            return surely(equal, apart);
        case '!=':
            return surely(apart, equal);
        case '<':
            return surely(a.most < b.least, a.least >= b.most);
        case '<=':
            return surely(a.most <= b.least, a.least > b.most);
        case '>':
            return surely(a.least > b.most, a.most <= b.least);
        case '>=':
            return surely(a.least >= b.most, a.most < b.least);
    }
}

export function canonical(value: Value): string {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        const fields = Object.entries(value as { readonly [field: string]: Value }).sort(([a], [b]) =>
            a < b ? -1 : 1
        );
        return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
    }
    return Array.isArray(value) ? `[${value.map(canonical).join(',')}]` : JSON.stringify(value);
}
