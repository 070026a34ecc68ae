/**
 * Tests that a list of tools is one selector: wherever a tool or a group may stand, a list has the meaning of a group of
 * its tools. In the heads of claims and limits it needs no brackets.
 */
import { describe, expect, test } from 'vitest';
import { meantBy } from '../../language/mistakes/explain.js';
import { policyOf } from '../support/policies.js';
import { build, described } from './support.js';
import { formatted } from './format/support.js';

const POLICY = `policy P
label private
label seen
event ci.passed
server s {
  tool read(id: string) readonly reads private
  tool pay(id: string, n: 0..10) external
  tool send(id: string, n: 0..10) external returns (ok: bool)
}
server t { tool log(id: string, n: 0..10) }
agent a delegates to b
agent b
human h
group both = s.pay, t.log
allow a: s.*, t.*
`;

const LINES = POLICY.split('\n').length - 1;

/** `LIST` is the list without brackets, `[LIST]` the one with brackets. */
const OPEN = [
    'claim: never LIST',
    'claim: never LIST when n > 5 unless approved by h',
    'claim: never s.send after LIST',
    'claim: never s.send after s.read until LIST',
    'claim: never LIST after LIST until LIST',
    'claim: LIST requires once s.read',
    'claim: LIST is allowed when n > 5',
    'claim: LIST is denied',
    'claim: LIST is held',
    'claim: LIST is withheld when n > 5',
    'claim: no flow from private to LIST unless approved by h',
    'claim: at most 2 LIST',
    'claim: at most 2 LIST per id within 1h',
    'claim: at most 2 LIST per same tool',
    'claim: possible s.read then LIST then s.send',
    'claim: LIST stays possible for every id after LIST within 2h',
    'limit LIST to 3 per id within 1h',
    'limit LIST to 3 per same tool',
    'assume approval by h of LIST only when n < 5',
    'assume result of LIST only when n < 5',
    'assume trusted agent a calls LIST only when n < 5'
];

const BRACKETED = [
    'allow a: [LIST], s.send',
    'deny [LIST] by a when n > 5',
    'deny [LIST] except t.log',
    'require n > 5 for [LIST]',
    'require approval by h for [LIST] until changed by [LIST](id)',
    'withhold result of [LIST]',
    'order [LIST] before s.send before [LIST]',
    'limit [LIST](id) to 3',
    'limit total([LIST].n) to 5',
    'deny s.send when once [LIST]',
    'deny s.send when once [LIST](id) by caller where n > 5 within 1h across sessions',
    'deny s.send when once attempted [LIST] then failed [LIST]',
    'deny s.send when no [LIST] since [LIST]',
    'deny s.send when [LIST] since start',
    'deny s.send when last is [LIST]',
    'deny s.send when count([LIST](id) within 1h) > 2 or count(distinct id of [LIST]) > 3 or count(s.read since [LIST]) > 1',
    'deny s.send when total([LIST](id).n) > 5',
    'deny s.send when latest [LIST](id).n > 5',
    'deny s.send when latest [LIST] where n > 5',
    'deny s.send when id from [LIST]',
    'deny s.send when once approved [LIST] by h',
    'modes m { one initial { on [LIST] enter two } two { } }',
    'define f(x: string) = once [LIST](id: x)\ndeny s.send when f(id)',
    'define g(e: event) = once e\ndeny s.send when g(e: [LIST])',
    'pack Q(x: tools) { claim: never x except s.read after x }\nuse Q(x: [LIST])',
    'claim: never s.send after attempted [LIST](id) by a until denied [LIST]',
    'claim: at most 2 [LIST](id) by a',
    'claim: possible [LIST](id: "1") then s.send',
    'claim: s.send requires once [LIST] or count([LIST]) < 1 and carries private'
];

/** A policy without places and texts, which differ by the way in which the tools are written. */
async function lowered(text: string): Promise<unknown> {
    const policy = await policyOf(POLICY + text);
    const withoutTexts = JSON.stringify(policy, (key, value: unknown) =>
        ['text', 'name', 'source', 'line', 'column', 'end', 'usedAt', 'why'].includes(key) ? undefined : value
    );
    return JSON.parse(withoutTexts);
}

const filled = (form: string, list: string): string => `${form.replaceAll('LIST', list)}\n`;

describe.each([...OPEN, ...OPEN.map((form) => form.replaceAll('LIST', '[LIST]')), ...BRACKETED])('%s', (form) => {
    test('a list is the group of its tools', async () => {
        const group = await lowered(filled(form.replaceAll('[LIST]', 'LIST'), 'both'));
        expect(await lowered(filled(form, 's.pay, t.log'))).toEqual(group);
        expect(await lowered(filled(form, 's.pay, s.send'))).not.toEqual(group);
    });

    test('it is formatted with its commas', () => {
        const text = POLICY + filled(form, 's.pay, t.log');
        expect(formatted(formatted(text))).toBe(formatted(text));
        expect(formatted(text)).toContain('s.pay, t.log');
    });
});

test.each([
    ['claim: never s.pay, t.log by a', 's.pay, t.log'],
    ['claim: at most 2 s.pay, t.log(id)', 's.pay, t.log'],
    ['limit s.pay, t.log by a to 3', 's.pay, t.log'],
    ['limit s.pay, t.log(id) to 3', 's.pay, t.log'],
    ['claim: never s.send after attempted s.pay, t.log', 's.pay, t.log'],
    ['claim: never s.send unless once s.pay, t.log', 's.pay, t.log'],
    ['require once s.pay, t.log for s.send', 's.pay, t.log'],
    ['deny s.send when s.read since s.pay, t.log', 's.pay, t.log'],
    ['deny s.send when last is s.pay, t.log', 's.pay, t.log'],
    ['deny s.send when count(s.pay, t.log within 1h) > 2', 's.pay, t.log']
])('%s: the error says to write brackets, and with them it is correct', async (statement, list) => {
    const errors = async (text: string) =>
        (await build(POLICY + text)).diagnostics.filter(({ severity }) => severity === 1);
    const [error] = await errors(statement);
    expect([error?.code, error && meantBy(error)?.text]).toEqual(['GR102', `[${list}]`]);
    expect(await errors(statement.replace(list, `[${list}]`))).toEqual([]);
});

test.each([
    ['claim: never [s.pay, ci.passed]', 'GR420'],
    ['claim: never s.pay, ci.passed', 'GR420'],
    ['deny s.pay when once [s.send, user says]', 'GR420'],
    ['claim: never s.pay, s.pay', 'GR434'],
    ['claim: never s.pay, no_such', 'GR201'],
    ['claim: never s.pay, nothing.*', 'GR406'],
    ['claim: possible s.pay, t.log', 'GR444'],
    ['claim: s.pay, t.log stays possible', 'GR444'],
    ['claim: possible [s.pay, t.log]', undefined],
    ['deny s.pay, t.log by b', 'GR494'],
    ['deny s.pay by a, s.send, t.log by b', 'GR494'],
    ['require n > 5 for s.pay, t.log by b', 'GR494'],
    ['require approval by h for s.pay, t.log by b', 'GR494'],
    ['audit deny s.pay, t.log by b', 'GR494'],
    ['withhold result of s.pay, t.log by b', 'GR494'],
    ['modes m { one initial { deny s.pay, t.log by b } }', 'GR494'],
    ['pack Q(x: tools) { deny s.pay, x by b }\nuse Q(x: t.log)', 'GR494'],
    ['require approval by h for [s.pay, t.log]\ndeny held s.pay, t.log', 'GR494'],
    ['deny [s.pay, t.log] by b', undefined],
    ['deny t.log by b, s.pay', undefined],
    ['deny s.pay by b, t.log by a', undefined],
    ['require approval by h for [s.pay, t.log]\ndeny held [s.pay, t.log]', undefined],
    ['require approval by h for [s.pay, t.log]\ndeny held s.pay, held t.log', undefined],
    ['claim: [s.pay, t.log] stays possible', undefined],
    ['claim: never s.pay, delegate to b', undefined]
])('%s: %s', async (statement, code) => {
    const { diagnostics } = await build(POLICY + statement);
    const own = diagnostics.filter(({ range, severity }) => range.start.line >= LINES && severity! < 3);
    expect(
        own.map((one) => one.code),
        described(diagnostics).join('\n')
    ).toEqual(code === undefined ? [] : [code]);
});
