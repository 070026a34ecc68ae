/** Tests of one value: a condition compares it, or asks what the text is like. */
import { isObject, text } from './policy.js';
import type { Condition, Json, JsonObject } from './policy.js';
import { exactly, isSomeText, type TextPattern } from './texts.js';
import type { Value } from './truth.js';

/** A lower bound: the value is at least `bound`, or more than that. */
export type Bound = { readonly bound: number; readonly isMore: boolean };

export interface Test {
    /** The tested value: a term, or how something is read. */
    readonly of: string;
    /** The values at which the result can change, but for texts. */
    readonly points: readonly Json[];
    /** The result for a value that is not a text; undefined if it may be any. Without `texts`, all texts have the result of one. */
    readonly result: (of: unknown) => Value | undefined;
    /** The texts that pass. */
    readonly texts?: TextPattern;
}

/** A test and its result. */
type Tested = readonly [test: Test, result: Value];

/** What the condition tests of a value. */
export function testsIn({ op, term, values, value, from, to, prefix, root, base, pattern, hosts }: Condition): Test[] {
    switch (op) {
        case 'in':
            return equalTo(term, values as Json[]);
        case 'day in': {
            const days = WEEKS.slice(WEEKS.indexOf(from as string));
            return equalTo(op, days.slice(0, days.indexOf(to as string) + 1));
        }
        case 'time in': {
            const [first = 0, end = 0] = [from, to].map((one) => Number((one as string).replace(':', '.')));
            const isIn = (of: number): boolean => (first <= end ? of >= first && of < end : of >= first || of < end);
            return testsOf(op, [first, end], (of) => (typeof of === 'number' && isIn(of) ? 2 : 0));
        }
        case 'starts with':
            return textsLike(term, `${exactly(prefix as string)}.*`);
        case 'contains':
            return typeof value === 'string' ? textsLike(term, `.*${exactly(value)}.*`, '', true) : [];
        case 'matches':
            return textsLike(term, pattern as unknown as TextPattern);
        case 'host in':
            // Such a host has no other spelling.
            return (hosts as string[]).every((host) => /^(\*\.)?([a-z0-9-]+\.)*[a-z][a-z0-9-]*$/.test(host))
                ? textsLike(
                      term,
                      anyOf((hosts as string[]).map((host) => host.replaceAll('.', '\\.').replace('*', '.+')))
                  )
                : [];
        case 'path within':
            // Such a folder has no other spelling.
            return /^(\/\w[\w.-]*)+$/.test(root as string)
                ? textsLike(term, `${exactly(`${root as string}/`)}.*`, text([op, base]))
                : [];
        default:
            return [];
    }
}

const WEEKS = 'mon,tue,wed,thu,fri,sat,sun,mon,tue,wed,thu,fri,sat,sun'.split(',');

const anyOf = (patterns: readonly string[]): string => `(?:${patterns.join('|')})`;

/** A test for equality with one of the values. Lists and records have other ways to be equal. */
export function equalTo(term: Json | undefined, values: readonly Json[]): Test[] {
    const areSingle = values.length > 0 && values.every((one) => one !== null && typeof one !== 'object');
    const isOne = (of: unknown): Value => (values.includes(of as string) ? 2 : 0);
    return areSingle ? testsOf(term, values, isOne, { texts: textsIn(values) }) : [];
}

/** A test for a lower bound, also of the length of a text. */
export function atLeast(term: Json | undefined, { bound, isMore }: Bound): Test[] {
    return testsOf(term, [bound], (of) =>
        typeof of !== 'number' ? 1 : of > bound || (of === bound && !isMore) ? 2 : 0
    );
}

const textsIn = (values: readonly Json[]): TextPattern => ({
    regex: anyOf(values.map((one) => (typeof one === 'string' ? exactly(one) : '[]')))
});

/** A test of texts. @param isOfLists true if the condition asks something else of a list */
function textsLike(term: Json | undefined, texts: string | TextPattern, kind = '', isOfLists = false): Test[] {
    const result = (of: unknown): Value | undefined => (isOfLists && of === OTHER ? undefined : 1);
    return testsOf(term, [], result, { texts: typeof texts === 'string' ? { regex: texts } : texts }, kind);
}

/**
 * Sums, counts and totals are intervals, and a line may run other programs than the first: one test of them may be unknown and another
 * not.
 */
function testsOf(
    term: Json | undefined,
    points: readonly Json[],
    result: Test['result'],
    more: Pick<Test, 'texts'> = {},
    kind = ''
): Test[] {
    const of = kind + text(term);
    return /"(sum|aggregate|commands?|program)"/.test(of) ? [] : [{ of, points, result, ...more }];
}

/** A value that is neither a text, a number nor one of the points. */
const OTHER = Symbol();

/**
 * True if no value has all of these results.
 *
 * @param params the parameters of the call, whose arguments fit them
 */
export function isNoValue(all: readonly Tested[], params: readonly JsonObject[]): boolean {
    const { of } = all[0]![0];
    const { type, isThere } = typeOf(of.startsWith('{') ? (JSON.parse(of) as JsonObject) : {}, params);
    // A test of what is not there, or cannot be read, is unknown.
    if (!isThere && all.every(([_, result]) => result === 1)) {
        return false;
    }
    const { kind = 'any', values = [], pattern, min = -Infinity, max = Infinity } = type;
    const isNumber = ['int', 'number', 'decimal'].includes(kind);
    const fits = (of: unknown): boolean =>
        kind === 'literals'
            ? values.includes(of as Json)
            : isNumber
              ? typeof of === 'number' && of >= min && of <= max && !(kind === 'int' && of % 1)
              : kind !== 'string';
    const points = [...values, ...all.flatMap(([test]) => test.points)];
    const numbers = [...points, min, max].filter((one) => typeof one === 'number').sort((a, b) => a - b);
    const between = numbers.map((one, index) => one / 2 + (numbers[index + 1] ?? one) / 2);
    const whole = numbers.flatMap((one) => [Math.ceil(one) - 1, Math.floor(one) + 1]);
    const others = [...new Set([...points, ...numbers, ...between, ...whole, OTHER])].filter(
        (one) => typeof one !== 'string' && fits(one)
    );
    const isOther = others.some((one) => all.every(([test, result]) => [result, undefined].includes(test.result(one))));
    const isText = !isNumber && all.every(([test, result]) => (test.texts ? result !== 1 : test.result('') === result));
    const ofType = kind === 'literals' ? textsIn(values) : pattern;
    const wanted = all.flatMap(([{ texts }, result]) => (texts ? [[texts, result === 2] as const] : []));
    return !isOther && !(isText && isSomeText(ofType ? [[ofType, true], ...wanted] : wanted));
}

interface ValueType {
    readonly kind?: string;
    readonly values?: readonly Json[];
    readonly pattern?: TextPattern;
    readonly min?: number;
    readonly max?: number;
}

/** The type of a term of the call, as far as it is known, and whether the term has a value in each call. */
export function typeOf(of: JsonObject, params: readonly JsonObject[]): { type: ValueType; isThere: boolean } {
    if (of['term'] === 'constant' && typeof of['value'] !== 'object') {
        return { type: { kind: 'literals', values: [of['value']!] }, isThere: true };
    }
    const inner = isObject(of['of']) ? typeOf(of['of'], params) : undefined;
    const fields = (inner?.type as { fields?: readonly JsonObject[] } | undefined)?.fields ?? [];
    const found = of['term'] === 'param' ? params.find(({ name }) => name === of['name']) : undefined;
    const field = of['term'] === 'field' ? fields.find(({ name }) => name === of['field']) : undefined;
    const { type = {}, optional = true } = found ?? field ?? {};
    return { type: type as ValueType, isThere: optional === false && inner?.isThere !== false };
}
