/**
 * Measures every form of condition with every shape of a one-megabyte argument that its type allows: the worst shape
 * for each form.
 */
import { createSession, parsePolicy } from '../server/gateway/library.js';
import type { JsonObject, JsonValue } from '../server/gateway/events.js';
import { LONGEST_LINE } from '../server/model/values/shell-lines.js';
import { number, table } from './table.js';

const SIZE = 1_000_000;

const repeated = (text: string, size = SIZE): string => text.repeat(Math.ceil(size / text.length)).slice(0, size);
const line = (text: string): string => repeated(text, LONGEST_LINE);
const list = (count: number, element: (index: number) => JsonValue): JsonValue[] =>
    Array.from({ length: count }, (_, index) => element(index));
const record = (
    count: number,
    key: (index: number) => string,
    value: (index: number) => JsonValue = (index) => index
): JsonObject => Object.fromEntries(list(count, (index) => [key(index), value(index)]) as [string, JsonValue][]);
const nested = (depth: number): JsonValue =>
    depth === 0 ? 'x' : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };

/**
 * The argument is created just before the measurement, because other data in memory would cost time for garbage
 * collection.
 */
type Shapes = Readonly<Record<string, () => JsonValue>>;

interface Group {
    readonly type: string;
    readonly conditions: readonly string[];
    readonly shapes: Shapes;
}

const TEXTS: Shapes = {
    'one letter': () => repeated('a'),
    words: () => repeated('ab '),
    İ: () => repeated('İ', SIZE / 2),
    Σ: () => repeated('ΑΣ ', SIZE / 2),
    emoji: () => repeated('😀', SIZE / 2),
    accents: () => repeated('e\u0301', SIZE / 3),
    blanks: () => repeated(' '),
    quotes: () => repeated('"\\'),
    control: () => repeated('\u0001'),
    digits: () => repeated('1'),
    URL: () => `https://${repeated('a.')}`,
    'URL with a path': () => `https://x.example/${repeated('%2e%2e/')}`,
    address: () => repeated('a@'),
    path: () => `/srv/a/${repeated('../b/./')}`
};

const LINES: Shapes = Object.fromEntries(
    [
        'a;',
        `a "b"'c'\\d `,
        '$(',
        'a<<b\n',
        'a>b ',
        'a|',
        '((',
        '{ ',
        'if ',
        'a=b ',
        'a b ',
        '<(',
        "$'a",
        'a&&b||',
        '\\\n'
    ].map((text) => [JSON.stringify(text), () => line(text)])
);

const TEXT_LISTS: Shapes = {
    letters: () => list(250_000, () => 'x'),
    empty: () => list(330_000, () => ''),
    distinct: () => list(110_000, (index) => `a${index}`),
    URLs: () => list(40_000, (index) => `https://a${index}.example`),
    paths: () => list(80_000, (index) => `/a/../${index}`),
    İ: () => list(200_000, () => 'İ'),
    'long texts': () => list(10, () => repeated('a', SIZE / 10)),
    lines: () => list(30, (index) => repeated('a;', LONGEST_LINE - index)),
    'short lines': () => list(80_000, (index) => `ls;b${index % 1_000}`)
};

const ANYTHING: Shapes = {
    'many keys': () => record(70_000, (index) => `k${index}`),
    'keys backwards': () => record(70_000, (index) => `k${99_999 - index}`),
    'keys that are numbers': () => record(90_000, (index) => String((index * 7_919) % 1_000_003)),
    'keys in Cyrillic': () => record(50_000, (index) => `ключ${(index * 7_919) % 100_003}`),
    'long keys': () => record(10, (index) => `${repeated('k', SIZE / 10)}${index}`),
    'records in a record': () =>
        record(
            250,
            (index) => `k${index}`,
            () => record(280, (index) => `k${index}`)
        ),
    numbers: () => list(400_000, () => 1),
    fractions: () => list(150_000, (index) => index + 0.25),
    letters: () => list(250_000, () => 'x'),
    nulls: () => list(200_000, () => null),
    'empty lists': () => list(330_000, () => []),
    'empty records': () => list(330_000, () => ({})),
    deep: () => list(3_600, () => nested(60)),
    pairs: () => list(90_000, (index) => [index, 'x']),
    'one text': () => repeated('İ ', SIZE / 2)
};

const HISTORY = [
    'once s.use(t)',
    'count(s.use(t) within 1h) > 3',
    'count(attempted same call within 1h) > 3',
    't from user',
    't from s.get.result'
];

const GROUPS: readonly Group[] = [
    {
        type: 'string',
        conditions: [
            ...[
                't == "x"',
                't in ["a", "b"]',
                't starts with "aaab"',
                't contains "aaaaab"',
                'length of t > 9',
                't given'
            ],
            ...['t matches /(a|b)*a[^x]{5}c?/', 't matches "*a*a*b"', 'any argument matches "**a*b**"'],
            ...[
                'host of t in ["*.example"]',
                'host of t within "10.0.0.0/8"',
                'host of t is private',
                'host of t from user'
            ],
            ...['domain of t == "x"', 't within "/srv/a"', 'name of t == "x"', 'extension of t == "x"'],
            ...HISTORY
        ],
        shapes: TEXTS
    },
    {
        type: 'string',
        conditions: [
            'some command of t starts with "git push"',
            'some c in commands of t: c matches /git.*/',
            'size of commands of t > 3',
            'command of t == "git push"',
            'program of t == "git"',
            't redirects'
        ],
        shapes: LINES
    },
    { type: 'Account', conditions: ['t == "x"', 't in ["a", "b"]', ...HISTORY], shapes: TEXTS },
    { type: 'string /[^z]*/', conditions: ['t == "x"'], shapes: TEXTS },
    {
        type: 'string[]',
        conditions: [
            ...['some x in t: x == "z"', 'every x in t: x matches /[^z]*/', 'every x in t: not x contains "z"'],
            ...[
                'some x in t: host of x in ["*.z.example"]',
                'every x in t: x within "/a"',
                'some x in t: name of x == "z"'
            ],
            ...['some x in t: domain of x == "z"', 'some x in t: some command of x starts with "git push"'],
            ...['t contains "z"', 'size of t < 3', 'some x in t: x from user', 'any argument matches "**z**"'],
            ...HISTORY
        ],
        shapes: TEXT_LISTS
    },
    { type: 'Account[]', conditions: ['some x in t: x == "z"', ...HISTORY], shapes: TEXT_LISTS },
    {
        type: 'int[]',
        conditions: ['some x in t: x == -3', 'some x in t: x in [-7, -8]', 't contains -7', ...HISTORY],
        shapes: { ones: () => list(400_000, () => 1), distinct: () => list(150_000, (index) => index) }
    },
    {
        type: '("a" | "b")[]',
        conditions: ['some x in t: x == "b"', ...HISTORY],
        shapes: { letters: () => list(250_000, () => 'a') }
    },
    {
        type: '{ a: string, b?: int, c: int = 1 }[]',
        conditions: [
            'some x in t: x.a == "z"',
            'some x in t: x.c > 2 and x.a matches "z*"',
            'some x in t: x from user',
            ...HISTORY
        ],
        shapes: {
            whole: () => list(45_000, (index) => ({ a: `x${index}`, b: 1, c: 1 })),
            backwards: () => list(45_000, (index) => ({ c: 1, b: 1, a: `x${index}` })),
            defaults: () => list(90_000, () => ({ a: 'x' }))
        }
    },
    {
        type: 'string[][]',
        conditions: ['some x in t: some y in x: y == "z"', 'every x in t: every y in x: y from user', ...HISTORY],
        shapes: {
            empty: () => list(330_000, () => []),
            single: () => list(160_000, () => ['x']),
            one: () => [list(250_000, () => 'x')]
        }
    },
    {
        type: 'any',
        conditions: [
            't == "x"',
            't given',
            'any argument matches "**z**"',
            'any argument matches /[^z]*z/',
            ...HISTORY
        ],
        shapes: ANYTHING
    }
];

/** Milliseconds that the caller waits for one decision, for the slowest shape: the minimum over `runs`. */
export async function argumentShapesTable(runs: number): Promise<string> {
    const rows: string[][] = [];
    for (const { type, conditions, shapes } of GROUPS) {
        for (const condition of conditions) {
            const policy = await parsePolicy(`policy Shapes
request { note: string }
entity Account [canonical lower, trim]
server s { tool use(t: ${type})   tool get() returns (v: string[]) }
agent a
allow a: s.get, s.use
deny s.use when ${condition}`);
            let worst = { shape: '', time: 0 };
            for (const [shape, make] of Object.entries(shapes)) {
                const value = make();
                const session = createSession(policy);
                session.record({ type: 'call', tool: 's.get', result: { v: ['a', 'x'] } });
                session.record({ type: 'says', text: 'use a x', request: { note: 'b' } });
                session.record({ type: 'call', tool: 's.use', args: { t: value }, result: {} });
                const times = Array.from({ length: runs }, () => {
                    // The argument is a fresh copy, so that nothing cached by the previous decision helps this one.
                    session.decide({ tool: 's.use', args: { t: type === 'any' || !type.endsWith(']') ? 'ls' : [] } });
                    const started = performance.now();
                    session.decide({ tool: 's.use', args: { t: value } });
                    return performance.now() - started;
                });
                const time = Math.min(...times);
                worst = time > worst.time ? { shape, time } : worst;
            }
            rows.push([type, condition, worst.shape, number(worst.time, 1)]);
        }
    }
    return table(['`t`', 'condition', 'the worst argument of 1 MB', 'ms'], rows);
}
