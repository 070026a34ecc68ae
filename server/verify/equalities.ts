/**
 * Equal values, and the order of values: what is true of a value is true of each term that is equal to it, also as a part of another term,
 * since parts, signals and instants are functions of what they are of. No value is less than itself.
 */
import { isObject, text } from './policy.js';
import type { Condition, Json, JsonObject } from './policy.js';
import type { Value } from './truth.js';

/** A condition and its value. */
export type Fact = readonly [condition: Condition, value: Value];

/** Terms with more than one value at a time: a comparison with one is no equality. */
const MANY = /"(sum|aggregate|commands?|program|element|call|latest)"/;

const isSingle = (term: Json): boolean => !MANY.test(text(term));

const isConstant = (term: Json): boolean => isObject(term) && term['term'] === 'constant';

/** That a term is one of the values of a list, as comparisons one of which is true; undefined if no list is known to have it. */
export function listedIn(facts: readonly Fact[]): Condition[] | undefined {
    const isOpen = ([{ op, term }, value]: Fact): boolean =>
        op === 'in' && value === 2 && !isConstant(term!) && isSingle(term!);
    const [list] = facts.find(isOpen) ?? [];
    const values = list?.['values'] as Json[] | undefined;
    const isEqual = (value: Json): Condition => ({ ...EQUAL, left: list!['term'], right: { term: 'constant', value } });
    return values && values.length <= MOST_VALUES ? values.map(isEqual) : undefined;
}

const EQUAL: Condition = { op: 'compare', cmp: '==' };

const MOST_VALUES = 30;

/** The terms that stand for others which are equal to them: a constant, if there is one. */
export class Equalities {
    readonly others = new Map<string, Json>();

    constructor(facts: readonly Fact[]) {
        for (const [{ op, cmp, left, right }, value] of facts) {
            const isEqual = op === 'compare' && ((cmp === '==' && value === 2) || (cmp === '!=' && value === 0));
            if (isEqual && isSingle([left!, right!])) {
                const [one, other] = [this.in(left!), this.in(right!)];
                const [from, to] = isConstant(one) ? [other, one] : [one, other];
                // A term does not become a part of itself.
                if (!isConstant(from) && !text(to).includes(text(from))) {
                    this.others.set(text(from), to);
                }
            }
        }
    }

    /** The data, with the terms that stand for those in it. */
    in<T extends Json>(data: T): T {
        if (Array.isArray(data)) {
            return data.map((one: Json) => this.in(one)) as unknown as T;
        }
        // The latest event, and a call that was approved, have parameters of their own.
        if (!isObject(data) || data['term'] === 'latest' || data['op'] === 'approved by') {
            return data;
        }
        const inner = Object.fromEntries(Object.entries(data).map(([field, one]) => [field, one && this.in(one)]));
        const other = this.others.get(text(inner));
        return (other === undefined ? inner : this.in(other)) as T;
    }
}

/** True if the comparisons, with these values, put some value before itself, or two numbers that are known are not compared. */
export function isNoOrder(facts: readonly Fact[]): boolean {
    const compared = facts.filter(([{ op, cmp }]) => op === 'compare' && OPPOSITE[cmp as string] !== undefined);
    const terms = new Map<string, Json>();
    /** For two terms: 1 if the first is not more than the second, 2 if it is less. */
    const less = new Map<string, number>();
    const isLess = (a: string, b: string): number => less.get(`${a} ${b}`) ?? 0;
    const add = (a: string, b: string, how: number): unknown => less.set(`${a} ${b}`, Math.max(how, isLess(a, b)));
    for (const [{ cmp, left, right }, value] of compared.filter(([_, value]) => value !== 1)) {
        const is = value === 2 ? (cmp as string) : OPPOSITE[cmp as string]!;
        const [a, b] = is.startsWith('>') ? [right!, left!] : [left!, right!];
        [a, b].forEach((term) => terms.set(text(term), term));
        add(text(a), text(b), is.length === 1 ? 2 : 1);
    }
    terms.forEach((a, one) => terms.forEach((b, other) => add(one, other, isBefore(a, b))));
    const names = [...terms.keys()];
    names.forEach((by) =>
        names.forEach((a) =>
            names.forEach((b) => add(a, b, isLess(a, by) && isLess(by, b) && Math.max(isLess(a, by), isLess(by, b))))
        )
    );
    const isKnown = (term: Json): boolean => numberIn(term) !== undefined || (terms.has(text(term)) && isSingle(term));
    const isUnknown = compared.some(([{ left, right }, value]) => value === 1 && isKnown(left!) && isKnown(right!));
    return isUnknown || names.some((name) => isLess(name, name) === 2);
}

const OPPOSITE: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** 2 if both are constants, the first of which is less; 1 if it is not more. */
function isBefore(a: Json, b: Json): 0 | 1 | 2 {
    const [one, other] = [numberIn(a), numberIn(b)];
    if (!one || !other) {
        return 0;
    }
    const isLater = one.day !== undefined && one.day === other.day && one.from < other.from;
    return one.to < other.from ? 2 : isLater ? 1 : 0;
}

/**
 * What is known of the number that a term is, with instants in seconds. A date begins less than a day before or after it does in UTC, and the
 * next one in the same time zone, if it has one, not earlier.
 */
function numberIn(of: Json): { from: number; to: number; day?: string } | undefined {
    const { term, value, of: inner, timezone } = of as JsonObject;
    if (term === 'constant') {
        return typeof value === 'number' ? { from: value, to: value } : undefined;
    }
    const [named, day, time] =
        /^(20\d\d-\d\d-\d\d)(T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-]\d\d:\d\d))?$/.exec(
            term === 'instant' && isConstant(inner!) ? text((inner as JsonObject)['value']).slice(1, -1) : ''
        ) ?? [];
    const at = Date.parse(named ?? '') / 1_000;
    // Node reads 2026-02-30 as March 2.
    const isDay = day !== undefined && new Date(Date.parse(`${day}T00:00Z`) || 0).toISOString().startsWith(day);
    return Number.isNaN(at) || !isDay
        ? undefined
        : time
          ? { from: at, to: at }
          : { from: at - DAY + 1, to: at + DAY, day: text(timezone) };
}

const DAY = 86_400;
