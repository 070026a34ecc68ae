import { expect, test } from 'vitest';
import { meaningOf } from '../../../../../server/cli/commands/check/fixes/meaning.js';
import { policyOf } from '../../../../support/policies.js';

const HEAD = `policy P
label private
label untrusted
agent a
human x
human y
`;
const TOOLS = 'server s { tool read() reads private, untrusted  tool send(n: int) external }\n';
const RULES = `role board = x, y
allow a: s.*
deny s.send when once s.read or n > 5
require approval by board for s.read
claim "c": never s.send after s.read
`;

async function isSame(one: string, other: string): Promise<boolean> {
    return meaningOf(await policyOf(HEAD + one)) === meaningOf(await policyOf(HEAD + other));
}

test.each([
    ['a rule that is said twice', `${RULES}deny s.send when once s.read or n > 5\n`],
    ['rules in another order', RULES.split('\n').reverse().join('\n')],
    ['white space and comments', RULES.replaceAll('\n', '\n// x\n')],
    ['the name of a claim', RULES.replace('"c"', '"d"')],
    ['the order of the parts of a condition', RULES.replace('once s.read or n > 5', 'n > 5 or once s.read')],
    ['who is asked, in another order', RULES.replace('x, y', 'y, x')],
    [
        'rules before it that count other things',
        `deny s.read when count(s.send) > 3\n${RULES}`,
        `${RULES}deny s.read when count(s.send) > 3\n`
    ]
])('is the same: %s', async (_, other, one = RULES) => {
    expect(await isSame(TOOLS + one, TOOLS + other)).toBe(true);
});

test.each([
    ['a number', TOOLS, RULES.replace('n > 5', 'n > 6')],
    ['an event', TOOLS, RULES.replace('once s.read', 'once s.send')],
    ['a rule less', TOOLS, RULES.replace(/^deny.*\n/m, '')],
    ['a reason', TOOLS, RULES.replace('n > 5', 'n > 5 because "too many"')],
    ['a control', TOOLS, RULES.replace('deny', '@owasp("ASI02") deny')],
    ['a claim', TOOLS, RULES.replace('after s.read', '')],
    ['one human less', TOOLS, RULES.replace('x, y', 'x')],
    ['a label', TOOLS.replace('private, untrusted', 'private'), RULES],
    [
        'the labels of two tools',
        TOOLS.replace('private, untrusted', 'private').replace('external', 'external reads untrusted'),
        RULES
    ],
    ['a trait', TOOLS.replace(' external', ''), RULES],
    ['a scenario', TOOLS, `${RULES}scenario "s":\n  a calls s.send(n: 1) -> allowed\n`]
])('is different: %s', async (_, tools, rules) => {
    expect(await isSame(TOOLS + RULES, tools + rules)).toBe(false);
});
