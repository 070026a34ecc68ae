/**
 * Counts the work of a decision on large arguments: it does not grow with the number of conditions, or with the depth.
 */
import { describe, expect, test, vi } from 'vitest';
import { createGateway, createSession, parsePolicy, type Session } from '../../server/gateway/library.js';
import type { JsonObject, JsonValue } from '../../server/gateway/events.js';

const CONDITIONS = [
    'once s.use(t)',
    'count(s.use(t)) > 3',
    'count(s.use(t) within 1h) > 4',
    'count(attempted same call within 1h) > 3',
    'no s.use(t) since s.get',
    't from user',
    't from s.get.result'
];

const policyWith = (conditions: readonly string[], type = 'any'): string => `policy P
server s { tool use(t: ${type})   tool get() returns (v: string[]) }
agent a
allow a: s.get, s.use
${conditions.map((condition) => `deny s.use when ${condition} and t == "never"`).join('\n')}`;

/** A record with its keys in random order, so that its text needs sorting. */
const wide = (width: number): JsonObject =>
    Object.fromEntries(Array.from({ length: width }, (_, index) => [`k${(index * 7919) % 100_003}`, index]));

/**
 * The number of sorted keys, and of characters that the engine wrote as JSON, while a call was decided twice and
 * recorded.
 */
async function workOf(conditions: readonly string[], t: JsonValue): Promise<{ sorted: number; written: number }> {
    const session = createSession(await parsePolicy(policyWith(conditions)));
    session.record({ type: 'says', text: 'use it' });
    session.record({ type: 'call', tool: 's.get', result: { v: ['a'] } });
    const { sort } = Array.prototype;
    const stringify = JSON.stringify;
    let [sorted, written] = [0, 0];
    const spies = [
        vi.spyOn(Array.prototype, 'sort').mockImplementation(function (this: unknown[], ...args) {
            sorted += this.length;
            return sort.apply(this, args as never) as unknown[];
        }),
        vi.spyOn(JSON, 'stringify').mockImplementation((...args: readonly unknown[]) => {
            const text = stringify(...(args as [unknown]));
            written += text?.length ?? 0;
            return text;
        })
    ];
    try {
        session.decide({ tool: 's.use', args: { t } });
        session.record({ type: 'call', tool: 's.use', id: '1', args: { t } });
        session.decide({ tool: 's.use', args: { t } });
    } finally {
        spies.forEach((spy) => spy.mockRestore());
    }
    return { sorted, written };
}

describe('for any number of conditions on an argument', () => {
    test('the keys of a record are sorted once for each call', async () => {
        const width = 5_000;
        const { sorted } = await workOf(CONDITIONS, wide(width));
        expect(sorted).toBeGreaterThan(width);
        // These are two decisions and one recording.
        expect(sorted).toBeLessThan(3.1 * width);
    });

    test('the text of a list is written once for each call', async () => {
        const list = Array.from({ length: 20_000 }, (_, index) => index);
        const { written } = await workOf(CONDITIONS.slice(0, 5), list);
        const { length } = JSON.stringify(list);
        expect(written).toBeGreaterThan(length);
        expect(written).toBeLessThan(3.1 * length);
    });
});

test.each([
    ['a field', (inside: JsonValue): JsonValue => ({ b: 0, a: inside })],
    ['an element', (inside: JsonValue): JsonValue => [{ b: 0, a: 1 }, inside]]
])('the contents of %s of a field of … are not serialized again at each depth', async (_name, around) => {
    let value: JsonValue = 'x"'.repeat(5_000);
    for (let depth = 0; depth < 60; depth++) {
        value = around(value);
    }
    const { written } = await workOf(['once s.use(t)'], value);
    expect(written).toBeLessThan(4 * JSON.stringify(value).length);
});

describe('a result whose values a source stores', () => {
    const text = 'x"'.repeat(5_000);
    const inside = (value: JsonValue): JsonValue => {
        let around = value;
        for (let depth = 0; depth < 25; depth++) {
            around = [{ b: depth, a: around }];
        }
        return around;
    };
    const sessionWith = async (v: JsonValue): Promise<Session> => {
        const session = createSession(
            await parsePolicy(`policy P
server s { tool use(t: any)   tool get() returns (v: any) }
agent a
allow a: s.get
allow a: s.use when t from s.get.result`)
        );
        session.record({ type: 'call', tool: 's.get', result: { v } });
        return session;
    };

    test('is not serialized again at each depth', async () => {
        const stringify = vi.spyOn(JSON, 'stringify');
        await sessionWith(inside(text));
        const written = stringify.mock.results.map(({ value }) => String(value).length).reduce((a, b) => a + b, 0);
        stringify.mockRestore();
        expect(written).toBeGreaterThan(text.length);
        expect(written).toBeLessThan(8 * JSON.stringify(text).length);
    });

    test.each([
        ['a text', text, 'allowed'],
        ['the whole', inside(text), 'allowed'],
        ['a part', (inside(text) as [{ a: JsonValue }])[0], 'allowed'],
        ['with its keys in another order', [{ a: (inside(text) as [{ a: JsonValue }])[0].a, b: 24 }], 'allowed'],
        ['another text', `${text}x`, 'denied'],
        ['with another text at the bottom', [{ t: inside(`${text}x`) }], 'denied'],
        ['without a field', [{ t: { a: (inside(text) as [{ a: JsonValue }])[0].a } }], 'denied']
    ])('%s', async (_name, t, kind) => {
        const session = await sessionWith(inside(text));
        expect(session.decide({ tool: 's.use', args: { t } }).kind).toBe(kind);
    });
});

describe('for an argument that is read once', () => {
    const fields = (keys: readonly string[]): JsonObject => Object.fromEntries(keys.map((key, index) => [key, index]));
    const keys = Array.from({ length: 3_000 }, (_, index) => index);
    test.each([
        ['texts', keys.map((key) => `k${key}`)],
        ['indices', keys.map((key) => String((key * 7919) % 10_007))],
        ['both', keys.map((key) => (key % 2 === 0 ? `k${key}` : String(key)))],
        ['names of the engine', [...keys.map((key) => `k${key}`), '__proto__', 'constructor', 'toJSON']]
    ])('%s are ordinary keys', async (_name, of) => {
        let reads = 0;
        const value = { ...fields(of) };
        const read = new Proxy(value, {
            get: (target, key) => {
                reads++;
                return Reflect.get(target, key) as unknown;
            }
        });
        const policy = await parsePolicy(`policy P
server s { tool use(t: any) }
agent a
allow a: s.use
deny s.use when once s.use(t)
deny s.use when any argument matches "/lost"`);
        const session = createGateway(policy).session('x');
        expect(session.decide({ tool: 's.use', args: { t: read } }).kind).toBe('allowed');
        expect(reads).toBeLessThanOrEqual(of.length + 1);
        session.record({ type: 'call', tool: 's.use', args: { t: value }, result: {} });
        const backwards = fields([...of].reverse());
        of.forEach((key) => Object.defineProperty(backwards, key, { value: value[key], enumerable: true }));
        expect(session.decide({ tool: 's.use', args: { t: backwards } }).kind).toBe('denied');
        expect(session.decide({ tool: 's.use', args: { t: { ...backwards, [of[0]!]: -1 } } }).kind).toBe('allowed');
    });
});

describe('lines in a list', () => {
    const decided = async (type: string, condition: string, t: JsonValue): Promise<string> => {
        const policy = await parsePolicy(`policy P
server s { tool use(t: ${type}) }
agent a
allow a: s.use when ${condition}`);
        const { kind, by } = createSession(policy).decide({ tool: 's.use', args: { t } });
        return `${kind} by ${by}`;
    };
    const lines = (characters: number): string[] => Array.from({ length: characters / 10 }, () => 'git a;ls b');

    test.each([
        ['string[]', 'every x in t: size of commands of x == 2', lines],
        ['string[]', 'every x in t: some command of x starts with "git a"', lines],
        ['string[][]', 'every x in t: every y in x: not y redirects', (characters: number) => [lines(characters), []]],
        [
            '{ line: string }[]',
            'every x in t: x.line matches "*" and not (command of x.line == "rm")',
            (characters: number) =>
                Array.from({ length: characters / 10 }, (_, index) => ({ line: `git a${index + 10_000}`.slice(0, 10) }))
        ]
    ])('%s: %s, if their total length does not exceed the limit of one', async (type, condition, value) => {
        expect(await decided(type, condition, value(32_760))).toBe('allowed by rule');
        expect(await decided(type, condition, value(32_770))).toBe('denied by unknown');
    });

    test('only have this limit if they are read as lines', async () => {
        expect(await decided('string[]', 'every x in t: x starts with "git"', lines(100_000))).toBe('allowed by rule');
        expect(
            await decided('string', 'every command of t starts with "git"', `git a${';git add a'.repeat(2_900)}`)
        ).toBe('allowed by rule');
    });
});

test("a user's text may have any number of addresses", async () => {
    const session = createSession(
        await parsePolicy(`policy P
server s { tool use(t: string) }
agent a
allow a: s.use when t from user`)
    );
    session.record({ type: 'says', text: `${'a@b.example,'.repeat(200_000)}c@b.example` });
    expect(session.decide({ tool: 's.use', args: { t: 'c@b.example' } }).kind).toBe('allowed');
    expect(session.decide({ tool: 's.use', args: { t: 'd@b.example' } }).kind).toBe('denied');
});
