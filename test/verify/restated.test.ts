/**
 * Tests claims that restate a rule, and claims that only look like it; the latter include all cases in which the rule and the claim may
 * differ. Exactly the first have a proof.
 */
import { describe, expect, test } from 'vitest';
import { prove } from '../../server/certificates/prove.js';
import { PROOF_WORK } from '../../server/certificates/work.js';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const TOOLS = `policy P
label private
human boss
human aide
role team = boss, aide
server s {
  tool read() readonly reads private
  tool open(id: string)
  tool look(id: string) readonly returns (mail: string, total: number)
  tool pay(to: string, n: number) external
  tool buy(n: number >= 0)
  tool bill(d: number)
  tool mail(cc: string[])
}
server shell { tool run(cmd: string) }
agent bot
allow bot: s.*, shell.run
`;

const MODES = 'modes m { calm initial { on held s.pay enter busy } busy { } }\n';
const EITHER =
    'modes m { calm initial { on attempted s.pay enter busy\n on s.look enter quiet } busy { } quiet { } }\n';
const WITHHOLDING = 'withhold result of s.* unless once attempted s.pay\n';

async function isProved(text: string): Promise<boolean> {
    return prove(await policyOf(text), 0, 'holds', { left: PROOF_WORK, poll: () => undefined }) !== undefined;
}

describe('proved', () => {
    test.each([
        // The decision of a call that is not held yet is judged over the history that decides it.
        [
            'require approval by boss for s.pay\ndeny s.pay when count(attempted same call within 60s) >= 2',
            's.pay is denied when count(attempted same call within 60s) >= 2'
        ],
        [
            'require approval by boss for s.pay when once held s.pay(to)\ndeny s.pay when once refused s.pay by boss',
            's.pay is denied when once refused s.pay by boss'
        ],
        ['deny s.pay unless to from s.look.result.mail', 's.pay requires to from s.look.result.mail'],
        ['deny s.pay when once s.look(id: to) within 6m', 'never s.pay when n > 3 and once s.look(id: to) within 3m'],
        ['limit s.pay to 3 per to', 'at most 4 s.pay per to'],
        ['deny s.pay when count(s.read) > 0.5', 'never s.pay when once s.read'],
        ['deny s.pay when count(s.read) >= 1.5', 'never s.pay when count(s.read) > 1'],
        ['deny s.pay when once released s.pay(to)', 'at most 1 s.pay per to'],
        ['deny s.pay when total(s.pay.n) + n > 10', 'never s.pay when total(s.pay.n) + n > 20'],
        ['deny s.pay when total(attempted s.pay.n) + n > 10', 'never s.pay when total(attempted s.pay.n) + n > 10'],
        ['deny external tools when carries private', 'never s.pay when carries private and n > 3'],
        ['require approval by boss for s.pay\ndeny s.pay when once s.look', 'never s.pay when once s.look'],
        [`${WITHHOLDING}deny s.pay when carries private`, 'never s.pay when carries private'],
        // Whether a result is withheld was decided when it came.
        [
            `require approval by boss for s.pay\n${WITHHOLDING}deny s.pay when carries private`,
            'never s.pay when carries private'
        ],
        [
            'deny s.pay when count(s.pay(to)) >= count(s.look(id: to))',
            's.pay requires count(s.look(id: to)) > count(s.pay(to))'
        ],
        // The latest of certain events has a value only if there was one.
        ['deny s.pay when latest s.look(id: to).result.total < n', 's.pay requires once s.look(id: to)'],
        ['require latest s.look.result.total != 5 for s.pay', 's.pay requires once s.look'],
        ['require latest s.look.result.total > 5 for s.pay', 's.pay requires once attempted s.look'],
        [
            'deny s.pay when total(s.buy.n where n > 0 within 1d across sessions) + n > 10',
            'never s.pay when total(s.buy.n within 1h) + n > 10'
        ],
        [
            'deny s.buy when n > 0 and total(s.buy.n where n > 0 within 1d across sessions) + n > 10',
            'never s.buy when total(s.buy.n within 1d) + n > 10'
        ],
        ['deny s.pay when once attempted s.look where id == "x"', 'never s.pay when once s.look where id == "x"'],
        [
            'require once s.look where (id == call.to and result.total > 3) for s.pay',
            's.pay requires once s.look where id == call.to'
        ],
        ['require once s.look where result.mail == call.to for s.pay', 's.pay requires once s.look'],
        ['deny s.pay when count(s.pay(to)) + n > 10', 'never s.pay when n > 12'],
        ['require to from s.look.result.mail for s.pay', 's.pay requires to from s.look.result'],
        [
            'require every x in cc: x from user for s.mail',
            's.mail requires every x in cc: (x from user or x from s.look.result)'
        ],
        ['require approval by boss for s.pay valid 8h per to', 'never s.pay unless approved by team per to'],
        ['require approval by boss for s.pay', 'never s.pay unless approved by boss'],
        [
            'require approval by boss for s.pay when carries private unless to from user',
            'never s.pay when carries private unless to from user or approved by boss'
        ],
        [
            'require approval by boss for s.pay when carries private unless to from user',
            'never s.pay when carries private unless to from user or approved by team'
        ],
        ['require approval by 2 of team for s.pay valid 1h', 'never s.pay unless approved by team'],
        ['deny s.pay when once running s.look', 'never s.pay when once running s.look'],
        [
            'require approval by boss for s.pay\ndeny s.pay when once refused s.pay',
            'never s.pay when once refused s.pay'
        ],
        ['deny s.pay when to from s.look.result.mail', 's.pay is denied when to from s.look.result.mail and n > 3'],
        ['require once s.look for s.pay', 's.pay is denied when not once s.look'],
        ['require approval by boss for s.pay\nrequire once s.look for s.pay', 's.pay requires once attempted s.look'],
        [
            'deny s.pay when latest s.look(id: to).result.total < n',
            'never s.pay when n > latest s.look(id: to).result.total'
        ],
        ['require approval by boss for s.pay when n > 3 or once s.look', 's.pay is held when n > 3'],
        ['deny s.pay when to in ["a", "b"]', 'never s.pay when to == "a"'],
        ['deny s.pay when n > 9 and once s.look\ndeny s.pay when n < 12', 'never s.pay when once s.look'],
        ['deny s.pay when count(s.pay within 1h across sessions) >= 2', 'at most 2 s.pay within 1h'],
        ['require s.look(id: to) since released s.read for s.pay', 'never s.pay after released s.read until s.look'],
        ['require s.look(id: to) since released s.read for s.pay', 'never s.pay after s.read until s.look'],
        ['require no released s.read since s.look for s.pay', 'never s.pay after released s.read until s.look'],
        ['require no released s.read since s.look for s.pay', 's.pay requires no s.read since s.look']
    ])('%s | %s', async (rule, claim) => {
        expect(await isProved(`${TOOLS}${rule}\nclaim "c": ${claim}\n`)).toBe(true);
        expect(await isProved(`${TOOLS}claim "c": ${claim}\n`), 'without the rule').toBe(false);
    });

    test('by one of hundreds of rules', async () => {
        const rules = Array.from(
            { length: 500 },
            (_, i) => `deny s.pay when n == ${i} and once s.look within ${i + 1}m`
        );
        const text = `${TOOLS}${rules.join('\n')}\nclaim "c": never s.pay when n == 5 and once s.look within`;
        expect(await isProved(`${text} 3m\n`)).toBe(true);
        expect(await isProved(`${text} 7m\n`)).toBe(false);
    });
});

describe('true, but not proved', () => {
    test.each([
        // The claim sees all that the rules see of a held call, and more.
        [
            'require approval by boss for s.pay unless once approved s.pay by boss',
            'never s.pay when not once approved s.pay by boss unless approved by boss'
        ],
        [
            'require approval by boss for s.pay unless once approved s.pay(to) by boss within 1h',
            'never s.pay when not once approved s.pay by boss within 2h unless approved by boss'
        ],
        [
            'require approval by boss for s.pay unless once approved s.pay by boss where (once s.look)',
            'never s.pay when not once approved s.pay by boss unless approved by boss'
        ],
        [
            'require once s.look where (id == call.to and result.total > 3) for s.pay',
            's.pay requires once s.look(id: to)'
        ],
        ['deny s.pay when count(s.pay(to)) >= count(s.look(id: to))', 's.pay requires once s.look(id: to)'],
        ['require approval by boss for s.pay valid 8h per to', 's.pay requires once approved s.pay by team within 8h'],
        [
            'deny s.pay when host of to in ["*.x.example"] and once s.look',
            'never s.pay when to == "https://a.x.example/" and once s.look'
        ],
        // A held call adds only its own attempt to what the claim sees.
        [
            'require approval by boss for s.pay\ndeny s.pay when no attempted s.look since attempted s.read',
            'never s.pay when no attempted s.look since attempted s.read'
        ],
        [
            'require approval by boss for s.pay\nrequire attempted s.look since attempted s.read for s.pay',
            's.pay requires attempted s.look since attempted s.read'
        ]
    ])('%s | %s', async (rule, claim) => {
        expect(await isProved(`${TOOLS}${rule}\nclaim "c": ${claim}\n`)).toBe(false);
    });
});

describe('not proved', () => {
    test.each([
        [
            'the approval of another value',
            'require approval by boss for s.pay unless once approved s.pay by boss',
            'never s.pay when not once approved s.pay(to) by boss unless approved by boss'
        ],
        [
            'an approval too long ago',
            'require approval by boss for s.pay unless once approved s.pay by boss within 2h',
            'never s.pay when not once approved s.pay by boss within 1h unless approved by boss'
        ],
        [
            'the approval of another person',
            'require approval by boss for s.pay unless once approved s.pay by boss',
            'never s.pay when not once approved s.pay by aide unless approved by boss'
        ],
        [
            'an approval in another session',
            'require approval by boss for s.pay unless once approved s.pay by boss across sessions',
            'never s.pay when not once approved s.pay by boss unless approved by boss'
        ],
        [
            'events before which the claim sees the own attempt',
            'require approval by boss for s.pay\nrequire once s.look where (not once attempted s.pay) within 1h for s.pay',
            's.pay requires once s.look where (not once attempted s.pay) within 1h'
        ],
        [
            'a mode that the own attempt keeps from being entered',
            `require approval by boss for s.pay\n${EITHER}deny s.pay when once s.read unless once entered m.quiet`,
            's.pay requires once entered m.quiet or not once s.read'
        ],
        [
            'what the claim sees and the rules do not',
            'require approval by boss for s.pay\ndeny s.pay when once approved s.pay by boss',
            'never s.pay when once approved s.pay by boss'
        ],
        [
            'another kind of event of the call',
            'require approval by boss for s.pay\nrequire once attempted s.pay for s.pay',
            's.pay requires once refused s.pay by boss'
        ],
        [
            'attempts that the call itself adds to',
            'require approval by boss for s.pay\ndeny s.pay when count(attempted same call within 60s) >= 2',
            'never s.pay when count(attempted same call within 60s) >= 2'
        ],
        [
            'a decision after fewer attempts',
            'require approval by boss for s.pay\ndeny s.pay when count(attempted s.pay) >= 2',
            's.pay is denied when count(attempted s.pay) >= 1'
        ],
        [
            'the own attempt since another event',
            'require approval by boss for s.pay\ndeny s.pay when attempted s.pay since attempted s.look',
            'never s.pay when attempted s.pay since attempted s.look'
        ],
        [
            'the own attempt among those of other tools',
            'require approval by boss for s.pay\ndeny s.pay when attempted s.* since attempted s.look',
            'never s.pay when attempted s.* since attempted s.look'
        ],
        [
            'the own hold since another event',
            'require approval by boss for s.pay\ndeny s.pay when held external tools since s.look',
            'never s.pay when held external tools since s.look'
        ],
        [
            'the order of attempts swapped',
            'require approval by boss for s.pay\ndeny s.pay when no attempted s.look since attempted s.read',
            'never s.pay when no attempted s.read since attempted s.look'
        ],
        [
            'what no history of two sides says: no event since another',
            'require approval by boss for s.pay unless no attempted s.pay since s.look',
            'never s.pay when not (no attempted s.pay since s.look) unless approved by aide'
        ],
        ['a longer window', 'deny s.pay when once s.look within 3m', 'never s.pay when once s.look within 6m'],
        ['a wider status', 'deny s.pay when once s.look', 'never s.pay when once attempted s.look'],
        [
            'an earlier attempt, in a window',
            'deny s.pay when once attempted s.look within 3m',
            'never s.pay when once s.look within 3m'
        ],
        ['another key', 'deny s.pay when once s.look(id: to)', 'never s.pay when once s.look'],
        ['a smaller amount', 'deny s.pay when total(s.pay.n) + n > 10', 'never s.pay when total(s.pay.n) + n > 9'],
        ['fewer events', 'limit s.pay to 3', 'at most 2 s.pay'],
        [
            'fewer events than a fraction seems to say',
            'deny s.pay when count(s.read) >= 1.5',
            'never s.pay when count(s.read) > 0.5'
        ],
        ['other values', 'deny s.pay when to in ["a", "b"]', 'never s.pay when to matches "a*"'],
        [
            'one session instead of all',
            'deny s.pay when count(s.pay within 1h) >= 2',
            'never s.pay when count(s.pay within 1h across sessions) >= 2'
        ],
        [
            'amounts below zero',
            'deny s.pay when total(s.bill.d within 1d) + n > 10',
            'never s.pay when total(s.bill.d within 1h) + n > 10'
        ],
        [
            'a total that other calls add to',
            'deny s.pay when n > 0 and total(s.buy.n within 1d) + n > 10',
            'never s.pay when total(s.buy.n within 1d) + n > 10'
        ],
        [
            'a total that may exceed the bound',
            'deny s.buy when n > 1 and total(s.buy.n within 1d) + n > 10',
            'never s.buy when total(s.buy.n within 1d) + n > 10'
        ],
        [
            'fewer ends',
            'require s.look since released s.read for s.pay',
            'never s.pay after released s.read until s.look(id: to)'
        ],
        ['more beginnings', 'require s.look since s.read for s.pay', 'never s.pay after released s.read until s.look'],
        [
            'another span',
            'require s.look(id: to) since s.open(id: to) for s.pay',
            'never s.pay after s.open until s.look'
        ],
        [
            'one of several conditions',
            'require once s.look where (id == call.to or result.total > 3) for s.pay',
            's.pay requires once s.look(id: to)'
        ],
        [
            'more than the latest event',
            'deny s.pay when latest s.look.result.total < n',
            'never s.pay when n >= latest s.look.result.total'
        ],
        [
            'an event of another key',
            'deny s.pay when count(s.pay) >= count(s.look)',
            's.pay requires once s.look(id: to)'
        ],
        ['an event that need not be', 'deny s.pay when count(s.pay) > count(s.look)', 's.pay requires once s.look'],
        [
            'an amount with one that may be negative',
            'deny s.pay when total(s.pay.n) + n > 10',
            'never s.pay when n > 12'
        ],
        ['a part of a result', 'require to from s.look.result for s.pay', 's.pay requires to from s.look.result.mail'],
        ['some elements', 'require some x in cc: x from user for s.mail', 's.mail requires every x in cc: x from user'],
        [
            'an answer for too short a time',
            'require approval by boss for s.pay valid 8h per to',
            's.pay requires once approved s.pay within 7h'
        ],
        [
            'an answer for these arguments',
            'require approval by boss for s.pay valid 8h per n',
            's.pay requires once approved s.pay(to)'
        ],
        [
            'an answer for another key',
            'require approval by boss for s.pay valid 8h per n',
            'never s.pay unless approved by boss per to'
        ],
        ['another person', 'require approval by boss for s.pay', 'never s.pay unless approved by aide'],
        ['one of several people', 'require approval by team for s.pay', 'never s.pay unless approved by boss'],
        [
            'an approval that another call may have had',
            'require approval by boss for s.pay valid 8h per to',
            'never s.pay unless approved by boss'
        ],
        [
            'an approval that is needed less often',
            'require approval by boss for s.pay when carries private and n > 3',
            'never s.pay when carries private unless approved by boss'
        ],
        [
            'another source',
            'require approval by boss for s.pay unless to from user',
            'never s.pay unless approved by boss or to from s.look.result.mail'
        ],
        [
            'an approval that the claim forbids',
            'require approval by boss for s.pay',
            'never s.pay when approved by boss'
        ],
        ['an audit rule', 'audit deny s.pay when once s.look', 'never s.pay when once s.look'],
        ['another decision', 'deny s.pay when once s.look', 's.pay is held when once s.look'],
        [
            'a call that is denied otherwise',
            'require approval by boss for s.pay',
            's.pay is held when n > 3\ndeny s.pay when n > 5'
        ],
        ['an unknown allow', 'require once s.look for s.pay', 's.pay is allowed when n > 3'],
        [
            'the attempt of a call that may be held',
            'require approval by boss for s.pay\ndeny s.pay when total(attempted s.pay.n) + n > 10',
            'never s.pay when total(attempted s.pay.n) + n > 10'
        ],
        [
            'a mode that a held call enters',
            `require approval by boss for s.pay\n${MODES}deny s.pay when once entered m.busy`,
            'never s.pay when once entered m.busy'
        ],
        [
            'a beginning and a command of a shell line',
            'deny shell.run when cmd contains ";"',
            'never shell.run when cmd starts with "cd /srv" and some command of cmd starts with "make" and not (cmd contains ";")'
        ],
        ['a bound below zero', 'deny s.buy when n > 0', 'never s.buy when total(s.buy.n) + n > -1'],
        ['a bound of zero that is reached', 'deny s.buy when n > 0', 'never s.buy when total(s.buy.n) + n >= 0'],
        ['no total', 'deny s.buy when n > 0', 'never s.buy when total(s.buy.n) >= 0'],
        [
            'a count that is always reached',
            'require count(s.read) >= 0 for s.pay',
            'never s.pay when not carries private'
        ],
        ['an attempt to read', 'require once attempted s.read for s.pay', 'never s.pay when not carries private'],
        [
            'what was read in another session',
            'require once s.read across sessions for s.pay',
            'never s.pay when not carries private'
        ],
        ['what was read or not', 'require once s.* for s.pay', 'never s.pay when not carries private'],
        ['nothing read', 'require not once s.read for s.pay', 'never s.pay when not carries private'],
        ['an order the other way', 'require no s.look since s.read for s.pay', 'never s.pay after s.read until s.look'],
        ['an order from the start', 'require s.look since start for s.pay', 'never s.pay after s.read until s.look'],
        [
            'an attempt, with the history of the release',
            'require approval by boss for s.look\ndeny s.pay when once attempted s.look where (once s.read)',
            'never s.pay when once s.look where (once s.read)'
        ]
    ])('%s', async (_, rule, claim) => {
        expect(await isProved(`${TOOLS}${rule}\nclaim "c": ${claim}\n`)).toBe(false);
    });

    test('an inner call, whose arguments nobody knows', async () => {
        const tools = TOOLS.replace('tool run(cmd: string)', 'tool run(cmd: string) may do s.pay');
        expect(await isProved(`${tools}deny s.pay when n > 3\nclaim "c": never s.pay when n > 3\n`)).toBe(false);
    });

    test('a label that an inner call may have brought', async () => {
        const text = 'deny s.pay when carries private\nclaim "c": never s.pay when once released s.read by caller\n';
        expect(await isProved(`${TOOLS}${text}`)).toBe(true);
        const inner = 'tool run(cmd: string) may do s.read';
        expect(await isProved(`${TOOLS.replace('tool run(cmd: string)', inner)}${text}`)).toBe(false);
    });

    test.each([
        ['s.pay is held when n > 3', 'require approval by boss for s.pay when n > 3'],
        ['s.pay is allowed when n > 3', '']
    ])('by an agent that may act for another: %s', async (claim, rule) => {
        const text = `${rule}\nclaim "c": ${claim}\n`;
        expect(await isProved(`${TOOLS}${text}`)).toBe(true);
        expect(await isProved(`${DELEGATING}${text}`)).toBe(false);
    });
});

const DELEGATING = TOOLS.replace('agent bot\n', 'agent bot delegates to helper\nagent helper\n');

test('a rule stops an agent that acts for another, too', async () => {
    expect(await isProved(`${DELEGATING}deny s.pay when n > 3\nclaim "c": never s.pay when n > 3\n`)).toBe(true);
    expect(await isProved(`${DELEGATING}deny s.pay when n > 3\nclaim "c": s.pay is denied when n > 3\n`)).toBe(true);
});

test('an agent that a call is made for may hold it, so that its own attempt counts for the claim', async () => {
    const attempts = 'deny s.pay by helper when count(attempted s.pay) >= 2\n';
    const claim = 'claim "c": never s.pay by helper when count(attempted s.pay) >= 2\n';
    const granted = 'allow helper: s.pay\n';
    expect(await isProved(`${DELEGATING}${granted}${attempts}${claim}`)).toBe(true);
    const holding = 'require approval by boss for s.pay by bot\n';
    expect(await isProved(`${DELEGATING}${granted}${attempts}${holding}${claim}`)).toBe(false);
});

test('a held call that is submitted again is not judged once more, over a history with its own attempt', async () => {
    const { claims } = checkPolicy(
        await policyOf(`policy P
server s { tool pay(n: int) }
agent bot
human boss
allow bot: s.pay
require approval by boss for s.pay
deny s.pay when count(attempted s.pay) >= 2
claim "c": s.pay is denied when count(attempted s.pay) >= 2
scenario "twice":
  bot calls s.pay(n: 1) -> held
  bot calls s.pay(n: 2) -> held
  bot calls s.pay(n: 2) -> held
`)
    );
    expect(claims.map(({ verdict }) => verdict)).toEqual(['holds']);
});

test.each([
    ['require approval by boss for both valid 8h per n', 'never both unless approved by boss per n'],
    ['deny both when count(distinct to of both(n)) >= 3', 'never s.pay when count(distinct to of both(n)) >= 3']
])('is cheap, and so are the further questions about the claim: %s', async (rule, claim) => {
    const tools = TOOLS.replace('mail(cc: string[])', 'mail(to: string, n: number)');
    const text = `${tools}group both = s.pay, s.mail\n${rule}\nclaim "c": ${claim}\n`;
    const [result] = checkPolicy(await policyOf(text), { explainSearch: true }).claims;
    expect(result).toMatchObject({ verdict: 'holds', basis: { states: 0 }, saysNothing: false });
    const states = result!.search!.flatMap(({ runs }) => runs).map((run) => run.states);
    expect(Math.max(0, ...states)).toBeLessThan(400);
});
