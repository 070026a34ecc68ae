/** Measures the cost of a decision on a one-megabyte argument that is hard for each form of condition. */
import { createSession, parsePolicy } from '../server/gateway/library.js';
import type { JsonObject, JsonValue } from '../server/gateway/events.js';
import { LONGEST_LINE } from '../server/model/values/shell-lines.js';
import { median } from './processes.js';
import { number, table } from './table.js';

const SIZE = 1_000_000;

const repeated = (text: string, size = SIZE): string => text.repeat(Math.ceil(size / text.length)).slice(0, size);

/** A text of letters without a short period, which would make it easy; the same in every run. */
function mixed(letters: string, size = SIZE): string {
    const characters = Array.from(letters);
    let [text, seed] = ['', 1];
    while (text.length < size) {
        seed ^= seed << 13;
        seed ^= seed >>> 17;
        seed ^= seed << 5;
        text += characters[(seed >>> 8) % characters.length]!;
    }
    return text;
}

const distinct = (count: number, text: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => text(index));

const nested = (depth: number): JsonValue => {
    let value: JsonValue = 'x';
    for (let level = 0; level < depth; level++) {
        value = level % 2 === 0 ? [value] : { a: value };
    }
    return value;
};

/** The longest line that a decision reads; the commands of a longer line are unknown. */
const LINE = LONGEST_LINE;

interface Attack {
    readonly name: string;
    readonly param: string;
    readonly condition: string;
    readonly value: JsonValue;
}

const text = (name: string, condition: string, value: string): Attack => ({
    name,
    param: 't: string',
    condition,
    value
});
const list = (name: string, condition: string, value: readonly JsonValue[]): Attack => ({
    name,
    param: 't: string[]',
    condition,
    value
});

export const ATTACKS: readonly Attack[] = [
    text('matches /(a+)+/', 't matches /(a+)+/', `${repeated('a')}!`),
    text('matches /.*api.*key.*secret.*/', 't matches /.*api.*key.*secret.*/', repeated('api key ')),
    text('matches a glob', 't matches "*a*a*a*a*b"', repeated('a')),
    text('matches /(a|b)*a(a|b){20}/', 't matches /(a|b)*a(a|b){20}/', mixed('ab')),
    text('matches /.*a.{5000}b/', 't matches /.*a.{5000}b/', mixed('ab')),
    text('matches /[\\p{L}x]*y/i', 't matches /[\\p{L}x]*y/i', mixed('aéЖ漢ſK😀')),
    text('any argument matches', 'any argument matches "**a*a*a*b**"', mixed('ab/')),
    text('==', 't == "x"', repeated('x')),
    text('contains', 't contains "aaaaaaaaaaaaaaaaaaaaaaaaaaaab"', repeated('a')),
    text('starts with', 't starts with "aaaab"', repeated('a')),
    text('length of', 'length of t > 10', repeated('😀')),
    text('host of', 'host of t in ["*.example"]', `https://${repeated('a.')}`),
    text('host of an IPv6 address', 'host of t in ["*.example"]', `https://[${repeated('0:')}]/`),
    text('host of within', 'host of t within "10.0.0.0/8"', `https://${repeated('1.')}`),
    text('domain of', 'domain of t in ["a.example"]', `${repeated('a.')}@`),
    text('within', 't within "/srv/a"', `/srv/a/${repeated('b/../')}`),
    text('name of', 'name of t == "x"', repeated('/a/.')),
    text('name of matches', 'name of t matches "*a*a*a*a*b"', repeated('a')),
    text('extension of', 'extension of t == "x"', repeated('a.')),
    text('some command of', 'some command of t starts with "git push"', repeated('a;', LINE)),
    text('some command of, nested', 'some command of t starts with "git push"', repeated('$(', LINE)),
    text('some command of, documents', 'some command of t starts with "git push"', repeated('a<<b\n', LINE)),
    text('some command of, quotes', 'some command of t starts with "git push"', repeated(`a "b"'c'\\d `, LINE)),
    text('some command of, 1 MB', 'some command of t starts with "git push"', repeated('a;')),
    text('commands of', 'size of commands of t > 3', repeated('a b|c&&d\n', LINE)),
    text('command of', 'command of t == "git push"', repeated('a b ', LINE)),
    text('redirects of', 't redirects', repeated('a>b ', LINE)),
    text('from user', 't from user', repeated('a')),
    text('from a result', 't from s.get.result', mixed('ab@./')),
    text('once E(t)', 'once s.use(t)', mixed('ab')),
    text('count(same call)', 'count(attempted same call within 1h) > 3', mixed('ab')),
    list(
        'some in a list',
        'some x in t: x matches /(a+)+/',
        distinct(100_000, (index) => `a${index}`)
    ),
    list(
        'every in a list, host of',
        'every x in t: host of x in ["*.example"]',
        distinct(40_000, (index) => `https://a${index}.example`)
    ),
    list(
        'contains in a list',
        't contains "x"',
        distinct(100_000, (index) => `a${index}`)
    ),
    list(
        'a list from user',
        't from user',
        distinct(100_000, (index) => `a${index}`)
    ),
    list(
        'a list from a result',
        't from s.get.result',
        distinct(100_000, (index) => `a${index}`)
    ),
    list(
        'once E(list)',
        'once s.use(t)',
        distinct(100_000, (index) => `a${index}`)
    ),
    {
        name: 'a list of records',
        param: 't: { a: string, b: int }[]',
        condition: 'some x in t: x.a == "z"',
        value: distinct(40_000, String).map((a): JsonObject => ({ a, b: 1 }))
    },
    {
        name: 'any argument matches, deep',
        param: 't: any',
        condition: 'any argument matches "**a**"',
        value: nested(1_000)
    },
    { name: 'a type with a pattern', param: 't: string /(a+)+/', condition: 't == "a"', value: `${repeated('a')}!` }
];

export function policyFor({ param, condition }: Attack): string {
    return `policy Attack
request { note: string }
server s { tool use(${param})   tool get() returns (v: string[]) }
agent a
allow a: s.get, s.use
deny s.use when ${condition}`;
}

/** The milliseconds of processor time for one decision: the slowest and the median of `runs`. */
export async function largeArgumentsTable(runs: number): Promise<string> {
    const rows: string[][] = [];
    for (const attack of ATTACKS) {
        const policy = await parsePolicy(policyFor(attack));
        const session = createSession(policy);
        session.decide({ tool: 's.use', args: { t: 'x' } });
        session.record({ type: 'call', tool: 's.get', result: { v: ['a'] } });
        session.record({ type: 'says', text: 'use a', request: { note: 'b' } });
        const times = Array.from({ length: runs }, () => {
            const started = process.cpuUsage();
            const { kind } = session.decide({ tool: 's.use', args: { t: attack.value } });
            return { kind, time: process.cpuUsage(started).user / 1_000 };
        });
        const milliseconds = times.map(({ time }) => time);
        rows.push([attack.name, times[0]!.kind, number(median(milliseconds), 1), number(Math.max(...milliseconds), 1)]);
    }
    return table(['an argument of 1 MB', 'decision', 'ms, median', 'ms, most'], rows);
}
