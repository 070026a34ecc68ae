/**
 * The kinds of values in random policies: the declaration of each, its conditions, and a pool of values with at least
 * two on either side of every condition. Texts of different types share some values, and so do numbers.
 */
import type { Value } from '../../../server/model/policy/policy.js';
import type { Random } from './random.js';

export interface Kind {
    readonly type: string;
    /** The family of values that it can be compared with for equality. */
    readonly family: 'text' | 'entity' | 'number' | 'bool' | 'list' | 'record' | 'any';
    readonly pool: readonly Value[];
    /** A condition on a value with this text. */
    readonly ask: (of: string, random: Random) => string;
    /** Literals of the type. */
    readonly literals: readonly string[];
    /** The part of it that a history may be keyed by, with which its name begins. */
    readonly part?: string;
    /** True if it may be summed in totals. */
    readonly sums?: boolean;
}

const TEXTS = ['a', 'b', 'k1', 'k2', 'c', 'A', 'zz', ''];
const INTS = [0, 1, 2, 3, 4, 5, 7, 10, 11, -1];
const DECIMALS = [0, 0.5, 1, 1.25, 1.5, 2, 2.5, 3, 10, 0.25];

const COMPARATORS = ['==', '!=', '<', '<=', '>', '>='];

/** A condition by equality with one of a few constants. */
function askFew(...values: readonly string[]): Kind['ask'] {
    return (of, random) =>
        random.of([
            `${of} ${random.of(['==', '!='])} "${random.of(values)}"`,
            `${of} in ["${values[0]}", "${values[1]}"]`,
            `${of} matches /[k${values[0]}].*/`
        ]);
}

function askText(of: string, random: Random): string {
    return random.of([
        `${of} == ${random.of(['"a"', '"k1"', '"c"'])}`,
        `${of} != ${random.of(['"a"', '"k1"'])}`,
        `${of} in ["a", "k2"]`,
        `${of} not in ["b", "k1"]`,
        `${of} matches "k*"`,
        `${of} matches /[ab]/`,
        `${of} matches /a/i`,
        `${of} starts with "k"`,
        `${of} contains "1"`,
        `length of ${of} <= 1`,
        `bytes of ${of} <= 1`
    ]);
}

function askNumber(numbers: readonly number[]): Kind['ask'] {
    return (of, random) => `${of} ${random.of(COMPARATORS)} ${random.of(numbers)}`;
}

const text = (type: string): Kind => ({
    type,
    family: 'text',
    pool: TEXTS,
    ask: askText,
    literals: ['"a"', '"k1"', '"b"']
});

const number = (type: string, pool: readonly number[], numbers: readonly number[], sums = false): Kind => ({
    type,
    family: 'number',
    pool,
    ask: askNumber(numbers),
    literals: ['1', '2', '3'],
    sums
});

const literal = (type: string, ...values: readonly string[]): Kind => ({
    type,
    family: 'text',
    pool: values,
    ask: (of, random) => `${of} ${random.of(['==', '!='])} "${random.of(values)}"`,
    literals: values.map((value) => `"${value}"`)
});

export const KINDS: readonly Kind[] = [
    text('string'),
    text('string'),
    {
        type: 'string /k[0-9]/',
        family: 'text',
        pool: ['k1', 'k2', 'k3', 'k4', 'k5'],
        ask: askFew('k1', 'k2'),
        literals: ['"k1"', '"k2"']
    },
    {
        type: 'string /[a-c]|k1/',
        family: 'text',
        pool: ['a', 'b', 'c', 'k1'],
        ask: askFew('a', 'k1'),
        literals: ['"a"', '"k1"']
    },
    literal('"a" | "b" | "k1"', 'a', 'b', 'k1'),
    literal('"b" | "c"', 'b', 'c'),
    {
        type: 'Acct',
        family: 'entity',
        pool: ['a', 'A', 'b', 'B', 'c', 'k1', 'zz'],
        ask: (of, random) => `${of} ${random.of(['==', '!='])} "${random.of(['a', 'B'])}"`,
        literals: ['"a"', '"b"']
    },
    number('int >= 0', INTS, [0, 1, 2, 3], true),
    number('0..3', [0, 1, 2, 3], [0, 1, 2], true),
    number('int', INTS, [0, 1, 2]),
    number('decimal(2) >= 0', DECIMALS, [0.5, 1, 1.25, 2], true),
    number('number >= 0 <= 3', DECIMALS, [0.5, 1, 2]),
    {
        type: 'bool',
        family: 'bool',
        pool: [true, false],
        ask: (of, random) => `${of} == ${random.of(['true', 'false'])}`,
        literals: ['true', 'false']
    },
    {
        type: 'string',
        family: 'text',
        pool: [
            'https://a.example/x',
            'https://A.example/y',
            'https://x.a.example/',
            'https://b.example/',
            'https://c.example/?q',
            'https://10.0.0.1/',
            'https://10.0.0.2/',
            'no url',
            'a'
        ],
        ask: (of, random) =>
            random.of([
                `host of ${of} == "a.example"`,
                `host of ${of} in ["b.example", "*.a.example"]`,
                `host of ${of} not in ["a.example"]`,
                `host of ${of} within "10.0.0.0/8"`,
                `host of ${of} is private`
            ]),
        literals: ['"https://a.example/x"'],
        part: 'host of'
    },
    {
        type: 'string',
        family: 'text',
        pool: ['u@a.example', 'v@A.example', 'u@b.example', 'v@b.example', 'w@c.example', 'nobody', 'a'],
        ask: (of, random) =>
            random.of([
                `domain of ${of} == "a.example"`,
                `domain of ${of} in ["b.example", "*.a.example"]`,
                `domain of ${of} != "b.example"`
            ]),
        literals: ['"u@a.example"'],
        part: 'domain of'
    },
    {
        type: 'string',
        family: 'text',
        pool: ['/srv/a.txt', '/srv/b/a.txt', '/srv/b/c.md', '/etc/a.txt', '/etc/d.md', '/srv/../etc/q', 'a'],
        ask: (of, random) =>
            random.of([`${of} within "/srv"`, `name of ${of} == "a.txt"`, `extension of ${of} == "md"`]),
        literals: ['"/srv/a.txt"'],
        part: 'name of'
    },
    {
        type: 'string',
        family: 'text',
        pool: ['2026-01-05', '2026-01-05T08:00:00Z', '2026-01-06T00:00:00+01:00', '2030-01-01', '2026-02-30', 'soon'],
        ask: (of, random) =>
            random.of([`time of ${of} < now`, `time of ${of} >= 2026-01-06`, `time of ${of} - now < 12h`]),
        literals: ['"2026-01-05"']
    },
    {
        type: 'string[]',
        family: 'list',
        pool: [[], ['a'], ['b'], ['k1'], ['a', 'b'], ['a', 'a'], ['zz'], ['a', 'k1', 'zz'], ['k1', 'k2']],
        ask: (of, random) =>
            random.of([
                `size of ${of} <= 1`,
                `"a" in ${of}`,
                `${of} contains "k1"`,
                `every e in ${of}: ${askText('e', random)}`,
                `some e in ${of}: ${askText('e', random)}`
            ]),
        literals: []
    },
    {
        type: '{ name: string, level: 1..2 }',
        family: 'record',
        pool: ['a', 'b', 'k1', 'zz'].flatMap((name) => [1, 2].map((level) => ({ name, level }))),
        ask: (of, random) =>
            random.chance(0.6) ? askText(`${of}.name`, random) : `${of}.level ${random.of(['==', '>'])} 1`,
        literals: []
    },
    {
        type: 'any',
        family: 'any',
        pool: ['a', 'k1', 'b', 1, 2, true, null, ['a']],
        ask: (of, random) => `${of} ${random.of(['==', '!='])} ${random.of(['"a"', '1', '"k1"'])}`,
        literals: ['"a"']
    }
];
