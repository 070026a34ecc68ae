/** Tests the possible values, whichever declaration determines the type, and fields that are written as plain names. */
import { describe, expect, test } from 'vitest';
import { open } from '../../support.js';

const NAMES = `server s {
  tool t(a: "one" | "two", list: ("x" | "y")[], who: { kind: "p" | "q" })
    returns (status: "open" | "shut", owner: { id: string, role: "r" | "s" })
  tool u(a: "two" | "three") returns (count: int)
}
agent bot
human user
event closed(why: "done" | "gone")
signal level(mode: "fast" | "slow"): "low" | "high"
signal single: "low" | "high"
session user: string { role: "admin" | "clerk" }
session tier: "free" | "paid"
request { kind: "ask" | "tell" }
define same(value: "v" | "w", strict: bool) = value == "v"
pack P(n: "few" | "many") { deny s.t when a == n }
`;
const SCENARIO = 'scenario "s":\n  bot calls s.t';

async function labels(text: string): Promise<string[]> {
    const { services, document, params } = await open(NAMES + text);
    const list = await services.lsp.CompletionProvider!.getCompletion(document, params);
    return (list?.items ?? []).map(({ label }) => label);
}

describe('values', () => {
    test.each<[string, string[]]>([
        ['deny s.t when a == <|>', ['one', 'two']],
        ['deny s.t, s.u when a == <|>', ['one', 'two', 'three']],
        ['deny s.t when a in ["one", <|>', ['one', 'two']],
        ['deny s.t when list contains <|>', ['x', 'y']],
        ['deny s.t when every e in list: e == <|>', ['x', 'y']],
        ['deny s.t when who.kind == <|>', ['p', 'q']],
        ['deny s.t when once s.u(a: <|>', ['two', 'three']],
        ['deny s.t when once s.u where result.count == 1 and a == <|>', ['one', 'two']],
        ['deny s.t when once closed(why: <|>', ['done', 'gone']],
        ['deny s.t when latest s.t.result.status == <|>', ['open', 'shut']],
        ['deny s.t when latest s.t.result.owner.role == <|>', ['r', 's']],
        ['deny s.t when single == <|>', ['low', 'high']],
        ['deny s.t when level(<|>', ['fast', 'slow']],
        ['deny s.t when session.tier == <|>', ['free', 'paid']],
        ['deny s.t when session.user.role == <|>', ['admin', 'clerk']],
        ['deny s.t when request.kind == <|>', ['ask', 'tell']],
        ['deny s.t when same(<|>', ['v', 'w']],
        ['use P(n: <|>', ['few', 'many']],
        ['pack Q(n: "few" | "many" = <|>', ['few', 'many']],
        [`${SCENARIO}(a: <|>`, ['one', 'two']],
        [`${SCENARIO}(list: [<|>`, ['x', 'y']],
        [`${SCENARIO}(who: { kind: <|>`, ['p', 'q']],
        [`${SCENARIO}(a: "one") returns (status: <|>`, ['open', 'shut']],
        [`${SCENARIO}(a: "one") returns (owner: { role: <|>`, ['r', 's']],
        [`${SCENARIO}(a: "one") with single: <|>`, ['low', 'high']],
        [`${SCENARIO}(a: "one") with level(<|>`, ['fast', 'slow']],
        ['scenario "s":\n  closed(why: <|>', ['done', 'gone']],
        ['scenario "s":\n  user says "x" with kind: <|>', ['ask', 'tell']],
        ['scenario "s":\n  new session with tier: <|>', ['free', 'paid']],
        ['scenario "s":\n  new session with user: "u" { role: <|>', ['admin', 'clerk']]
    ])('%s', async (text, expected) => {
        const found = await labels(text);
        expect(found.filter((label) => label.startsWith('"'))).toEqual(expected.map((value) => JSON.stringify(value)));
        // Inside quotes, the values are offered alone.
        expect(await labels(text.replace('<|>', '"<|>'))).toEqual(expected);
    });
});

describe('fields', () => {
    test.each<[string, string[]]>([
        ['deny s.t when a from s.<|>', ['s.t', 's.u', 's.*']],
        ['deny s.t when a from s.t.<|>', ['result']],
        ['deny s.t when a from s.t.result.<|>', ['status', 'owner']],
        ['deny s.t when a from s.t.result.owner.<|>', ['id', 'role']],
        ['deny s.t when a from s.u.result.<|>', ['count']],
        ['deny s.t when latest s.t.result.<|>', ['status', 'owner', 'text']],
        ['deny s.t when latest s.t.<|>', ['a', 'list', 'who']],
        ['deny s.t when count(distinct <|> of s.u) > 1', ['a']],
        [`${SCENARIO}(who: { <|>`, ['kind: ']],
        [`${SCENARIO}(a: "one") returns (owner: { id: "x", <|>`, ['role: ']]
    ])('%s', async (text, expected) => {
        expect(await labels(text)).toEqual(expect.arrayContaining(expected));
        expect(expected.length).toBeGreaterThan(0);
    });
});
