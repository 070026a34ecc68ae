/**
 * Compares the interpreter of temporal conditions with the definition. Each case follows from a sentence of the guide;
 * if the guide has an example with verdicts, the case uses its times and verdicts.
 */
import { describe, expect, test } from 'vitest';
import { problemsOf, type Signatures } from './accept.js';
import { holds, type Point } from './evaluate.js';
import { type Literal, parseCondition, SyntaxProblem } from './syntax.js';

type Fields = { readonly [path: string]: Literal };

function event(time: number, name: string, fields: Fields = {}): Point {
    const [tool, kind = 'request'] = name.split('.');
    return { time, action: `Action::"${tool}"`, kind, fields: prefixed('input', fields) };
}

function prefixed(path: string, fields: Fields): Fields {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${path}.${name}`, value]));
}

/** True if the condition is true at the last event, for a request with that event's arguments. */
function verdict(condition: string, events: readonly Point[]): boolean {
    const input = Object.entries(events.at(-1)!.fields).map(([path, value]) => [`context.${path}`, value]);
    return holds(parseCondition(condition), events, Object.fromEntries(input) as Fields);
}

const READ = 'formerly within 1h Action::"read"::request{ input.doc: context.input.doc }';
const TWO = '(count for (t: Timepoint). where (formerly within 1h (Action::"pay"::request{} && tp(t)))) >= 2';
const SUM =
    '(sum a for (a: Long), (t: Timepoint). where (formerly within 1h (Action::"pay"::request{ input.n: a } && tp(t)))) >= 10';
const VALUES = '(sum a for (a: Long). where (formerly within 1h Action::"pay"::request{ input.n: a })) >= 10';
const OPEN = '!Action::"logout"::request{} since within 1h Action::"login"::request{}';
const BOTH =
    'exists (u: String). (formerly within 1h Action::"login"::request{ input.u: u } && formerly within 1h Action::"pay"::request{ input.u: u })';
const BIG = 'exists (n: Long). (formerly within 1h Action::"pay"::request{ input.n: n } && n > 100)';
const EARLIER = 'exists (now: Timepoint). (tp(now) && formerly within 1h (Action::"pay"::request{} && !tp(now)))';

describe('a condition', () => {
    test.each<[about: string, condition: string, events: readonly Point[], expected: boolean]>([
        [
            'finds an event in its window',
            READ,
            [event(0, 'read', { doc: 'a' }), event(10, 'write', { doc: 'a' })],
            true
        ],
        ['compares fields', READ, [event(0, 'read', { doc: 'a' }), event(20, 'write', { doc: 'b' })], false],
        [
            'includes the end of a window',
            READ,
            [event(0, 'read', { doc: 'a' }), event(3600, 'write', { doc: 'a' })],
            true
        ],
        ['ends with its window', READ, [event(0, 'read', { doc: 'a' }), event(3601, 'write', { doc: 'a' })], false],
        ['sees the event that is decided', READ, [event(0, 'read', { doc: 'a' })], true],
        ['tells it from earlier ones', EARLIER, [event(0, 'pay')], false],
        ['finds earlier ones', EARLIER, [event(0, 'pay'), event(0, 'pay')], true],
        ['tells kinds apart', READ, [event(0, 'read.response', { doc: 'a' }), event(1, 'write', { doc: 'a' })], false],
        ['never matches a field that is not there', READ, [event(0, 'read'), event(1, 'write', { doc: 'a' })], false],
        ['counts points', TWO, [event(0, 'pay'), event(0, 'pay'), event(1, 'x')], true],
        ['counts those in the window', TWO, [event(0, 'pay'), event(5, 'pay'), event(3601, 'x')], false],
        ['sums at each point', SUM, [event(0, 'pay', { n: 5 }), event(1, 'pay', { n: 5 }), event(2, 'x')], true],
        ['sums different values', VALUES, [event(0, 'pay', { n: 5 }), event(1, 'pay', { n: 5 }), event(2, 'x')], false],
        ['sums what is not a number as nothing', SUM, [event(0, 'pay', { n: 'x' }), event(2, 'pay', { n: 10 })], true],
        ['holds since', OPEN, [event(0, 'login'), event(1, 'pay')], true],
        ['holds no longer', OPEN, [event(0, 'login'), event(1, 'logout'), event(2, 'pay')], false],
        ['asks at the decided point too', OPEN, [event(0, 'login'), event(1, 'logout')], false],
        ['holds anew', OPEN, [event(0, 'login'), event(1, 'logout'), event(2, 'login'), event(3, 'pay')], true],
        ['binds one value', BOTH, [event(0, 'login', { u: 'a' }), event(5, 'pay', { u: 'a' })], true],
        ['never binds two', BOTH, [event(0, 'login', { u: 'a' }), event(5, 'pay', { u: 'b' })], false],
        ['filters what is bound', BIG, [event(0, 'pay', { n: 150 }), event(10, 'x')], true],
        ['filters it out', BIG, [event(0, 'pay', { n: 100 }), event(10, 'x')], false],
        ['never orders texts', BIG, [event(0, 'pay', { n: 'z' }), event(10, 'x')], false],
        [
            'has a value for an aggregate',
            `exists (n: Long). (${TWO.replace('>= 2', '== n')} && n > 1)`,
            [event(0, 'pay'), event(1, 'pay')],
            true
        ],
        [
            'looks one event back',
            'previous within 1h Action::"login"::request{}',
            [event(0, 'login'), event(9, 'x')],
            true
        ],
        [
            'looks no further',
            'previous within 1h Action::"login"::request{}',
            [event(0, 'login'), event(1, 'x'), event(2, 'x')],
            false
        ],
        ['has nothing before the first', 'previous within 1h Action::"login"::request{}', [event(0, 'login')], false],
        ['negates a part, not the rest', '!Action::"a"::request{} && Action::"b"::request{}', [event(0, 'b')], true],
        [
            'nests windows from their point',
            'formerly within 10s (Action::"b"::request{} && formerly within 10s Action::"a"::request{})',
            [event(0, 'a'), event(9, 'b'), event(18, 'x')],
            true
        ],
        [
            'reads escapes as Cedar',
            'Action::"\\u{61}"::request{ input.q: "\\"\\n" }',
            [event(0, 'a', { q: '"\n' })],
            true
        ]
    ])('%s', (_, condition, events, expected) => {
        expect(verdict(condition, events)).toBe(expected);
        expect(problemsOf(parseCondition(condition), SIGNATURES)).toEqual([]);
    });

    test.each([
        ['a is free', 'Action::"pay"::request{ input.n: a }'],
        ['a is bound by no positive atom', 'exists (a: Long). !Action::"pay"::request{ input.n: a }'],
        ['a is read before it is bound', 'exists (a: Long). (a > 1 && Action::"pay"::request{ input.n: a })'],
        [
            'a is read before it is bound',
            'exists (a: Long). (!tp(t2) && Action::"pay"::request{ input.n: a })'.replace('t2', 'a')
        ],
        ['t has infinitely many values', '(count for (t: Timepoint). where !tp(t)) > 0'],
        [
            'b is not counted over',
            'exists (b: Long). (Action::"pay"::request{ input.n: b } && (sum b for (a: Long). where Action::"pay"::request{ input.n: a }) > 1)'
        ],
        ['a conjunct does not vary with the point', 'context.input.n > 1 && Action::"pay"::request{}'],
        ['a scope does not vary with the point', 'formerly within 1h context.input.n > 1'],
        ['a window is longer than the event schema lets it be', 'formerly within 25h Action::"pay"::request{}'],
        ['there is no event Action::"pay"::done', 'Action::"pay"::done{}'],
        ['input.m is absent and not Long', 'Action::"pay"::request{ input.m: 1 }'],
        ['input.n is Long and not String', 'Action::"pay"::request{ input.n: "x" }'],
        [
            'Timepoint is compared with Timepoint',
            'exists (t: Timepoint). (tp(t) && exists (s: Timepoint). (tp(s) && s < t))'
        ],
        ['t is no point', 'exists (t: Long). tp(t)'],
        ['action is reserved', 'exists (action: Timepoint). tp(action)']
    ])('is not accepted: %s', (problem, condition) => {
        expect(problemsOf(parseCondition(condition), SIGNATURES)).toContain(problem);
    });

    test.each([
        'Action::"a"::request{} || Action::"b"::request{}',
        'formerly Action::"a"::request{}',
        'formerly within 1w Action::"a"::request{}',
        'formerly within 1h !Action::"a"::request{}',
        'exists a. Action::"a"::request{}',
        'Action::"a"',
        'context.n != 1',
        'count for (t: Timepoint). where tp(t) == 1 &&',
        'Action::"a"::request{ input.n 1 }',
        '(Action::"a"::request{}'
    ])('is not a condition: %s', (text) => {
        expect(() => parseCondition(text)).toThrow(SyntaxProblem);
    });
});

const ARGUMENTS = [
    ['input.doc', 'String'],
    ['input.u', 'String'],
    ['input.q', 'String'],
    ['input.n', 'Long']
] as const;

const SIGNATURES: Signatures = {
    events: new Map(
        ['read', 'write', 'pay', 'login', 'logout', 'a', 'b'].map((tool) => [
            `Action::"${tool}"::request`,
            new Map(ARGUMENTS)
        ])
    ),
    requests: [new Map(ARGUMENTS.map(([path, type]) => [`context.${path}`, type]))],
    maxWindow: 86_400
};
