/** Sessions that are built from what the rules ask for: one claim each, which such a session breaks or completes. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import { aimedEvidence } from '../../../server/checker/aimed-sessions/index.js';
import { finished } from '../../../server/checker/limits/resumable.js';
import { recoveryByRules } from '../../../server/checker/portfolio/recovery-by-rules.js';
import { questionOf } from '../../../server/checker/questions/question.js';
import { searchedFor } from '../../../server/checker/reductions/new-sessions.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import type { ClaimResult } from '../../../server/checker/results/result.js';
import { policyOf } from '../../support/policies.js';

const TOOLS = `policy P
label private
label secret
request { to: string }
signal risk: 0..100
human boss
human aide
role team = boss, aide
event ci.passed(id: string)
server s {
  tool list() returns (items: { id: string, total: number }[])
  tool look(id: string) returns (id: string, total: number >= 0, mail: string)
  tool check(id: string) returns (ok: bool) succeeds when result.ok
  tool pay(id: string, to: string, n: number >= 0)
  tool read() reads private
  tool fresh() clears private
  tool key() reads secret
  tool mail(cc: string[])
  tool buy(n: number >= 0)
}
agent bot
agent other
allow bot: s.*
`;

/** The number of steps of the session, of which none can be left out. */
async function steps(text: string): Promise<number | undefined> {
    const policy = await policyOf(TOOLS + text);
    return finished(aimedEvidence(policy, questionOf(policy.claims[0]!)))?.trace.steps.length;
}

test.each([
    [1, '', 'never s.pay when n > 3'],
    [2, 'deny s.pay unless to from s.look.result.mail', 'never s.pay'],
    [3, 'deny s.pay unless to from s.look.result.mail and id from user', 'never s.pay'],
    [2, 'deny s.mail unless every c in cc: c from s.look.result.mail', 'never s.mail when size of cc == 1'],
    [
        2,
        'require once s.look where (result.id == call.id and result.total >= call.n) for s.pay',
        'never s.pay when n > 7'
    ],
    [2, 'require once s.check(id) for s.pay', 'never s.pay'],
    [2, 'deny s.pay unless id from s.list.result.items.id', 'never s.pay'],
    [3, 'require approval by boss for s.pay', 'never s.pay'],
    [4, 'require approval by 2 of team for s.pay', 'never s.pay when n > 2'],
    [3, 'deny s.pay when carries private', 'never s.pay after s.read'],
    [
        6,
        'require s.check(id) since s.read for s.pay\nrequire once ci.passed(id) within 1h for s.pay\ndeny s.pay when once s.look within 5m',
        'never s.pay after s.look'
    ],
    [4, 'deny s.pay when count(s.pay) > 3', 'at most 3 s.pay'],
    [51, '', 'at most 50 s.pay(id)'],
    [3, 'limit s.pay to 2 within 1h', 'at most 2 s.pay'],
    [2, 'deny s.pay when latest s.look(id).result.total < n', 'never s.pay when n > 20'],
    [2, '', 'never s.pay when total(s.pay.n) + n > 100'],
    [3, 'deny s.pay when count(s.look) >= 2', 's.pay is allowed when count(s.look) >= 2'],
    [2, 'deny s.pay when n > 3', 's.pay is held when n > 3 and once s.look'],
    [
        6,
        'require approval by boss for s.pay\ndeny s.pay when count(attempted same call within 60s) >= 2',
        'never s.pay when count(attempted same call within 60s) >= 2'
    ],
    [
        8,
        'require approval by boss for s.pay when n > 5\nlimit attempted s.pay to 6 within 60s',
        'never s.pay when count(attempted s.pay within 60s) >= 6'
    ],
    [
        8,
        'require approval by boss for s.pay\nlimit attempted same tool to 3\nlimit attempted any tool to 6',
        'never any tool when count(attempted any tool) >= 6'
    ],
    [
        6,
        'require approval by boss for s.pay\ndeny s.pay when count(approved s.pay by boss) >= 2',
        'never s.pay when count(approved s.pay by boss) >= 2'
    ],
    [
        2,
        'session region: string\nsession tier: "free" | "pro"\ndeny s.pay unless to == session.region',
        'never s.pay when session.tier == "free" and once s.pay'
    ],
    [
        8,
        'require approval by boss for s.pay when count(attempted any tool by caller) >= 2\nlimit attempted s.pay to 4',
        'never s.pay when count(attempted s.pay) >= 4'
    ],
    [
        4,
        'deny s.pay when count(attempted same call) >= 2\ndeny s.pay when once s.read',
        's.pay is held when count(s.pay) >= 3'
    ],
    [4, 'require approval by boss for s.pay valid 8h per to', 'never s.pay unless approved by boss'],
    [4, 'require approval by boss for s.pay valid once or 8h per domain of to', 'never s.pay unless approved by boss'],
    [
        4,
        'signal look: "yes" | "no" | "ask"\ndeny s.pay when look == "no"\nrequire approval by boss for s.pay when look == "ask"\nrequire approval by boss for s.pay valid 8h per to',
        'never s.pay unless approved by boss'
    ],
    [
        10,
        'require approval by boss for s.pay\ndeny any tool when count(attempted same call within 30s) >= 3\nlimit attempted s.pay to 8',
        'never s.pay when count(attempted s.pay) >= 8'
    ],
    [
        6,
        'timezone "Europe/Berlin"\nlimit total(s.buy.n) to 100 within today\nrequire approval by boss for s.pay\ndeny any tool when count(attempted any tool) >= 3',
        'never s.pay when count(attempted any tool) >= 3'
    ],
    [10, 'require approval by boss for s.pay\nlimit attempted s.pay to 3', 's.pay is held'],
    [2, 'require approval by boss for s.pay\nrequire once s.look for s.pay unless n > 5', 's.pay is held when n < 3'],
    [
        4,
        'require approval by boss for s.pay when n > 5\ndeny s.pay when count(held s.pay) >= 2',
        's.pay is held when n > 5 and count(held s.pay) >= 2'
    ],
    [3, 'deny s.pay unless domain of to == "acme.example"', 'at most 2 s.pay where (domain of to == "acme.example")'],
    [3, 'deny s.pay unless domain of to == "acme.example"', 'never s.pay when count(distinct to of s.pay) >= 2'],
    [
        1,
        'server sh { tool run(cmd: string, quiet: bool = false) }\ndeny sh.run when quiet\nallow bot: sh.run when some c in commands of cmd: program of c == "cat"',
        'never sh.run'
    ],
    [3, 'deny s.pay when count(attempted same call) >= 2', 's.pay is held when count(attempted same call) >= 2'],
    [1, 'timezone "Europe/Berlin"\ndeny s.pay unless time in 08:00..18:00', 'never s.pay when n > 3'],
    [1, 'session tier: "free" | "pro"\ndeny s.pay unless session.tier == "pro"', 'never s.pay when n > 3']
] as const)('%i: %s | %s', async (length, rules, claim) => {
    expect(await steps(`${rules}\nclaim "c": ${claim}\n`)).toBeLessThanOrEqual(length);
});

test.each([
    ['a rule that settles it', 'deny s.pay when n > 3', 'never s.pay when n > 5'],
    [
        'the own attempt is one too few',
        'require approval by boss for s.pay\nlimit attempted s.pay to 6 within 60s',
        'never s.pay when count(attempted s.pay within 60s) >= 7'
    ],
    [
        'a call that is not held',
        'limit attempted s.pay to 6 within 60s',
        'never s.pay when count(attempted s.pay within 60s) >= 6'
    ],
    [
        'an approval that covers no other call',
        'require approval by boss for s.pay',
        'never s.pay unless approved by boss'
    ],
    [
        'an approval of all that covers it',
        'require approval by boss for s.pay valid 8h per to',
        'never s.pay unless approved by boss per to'
    ],
    ['an event that no agent may bring about', 'deny s.look\nrequire once s.look for s.pay', 'never s.pay'],
    [
        'the same event that a rule asks for and excludes',
        'require once s.look for s.pay\ndeny s.pay when once s.look',
        'never s.pay'
    ]
] as const)('none: %s', async (_, rules, claim) => {
    expect(await steps(`${rules}\nclaim "c": ${claim}\n`)).toBeUndefined();
});

test.each([
    ['holds', 'the user gives the value', 'deny s.pay unless to from user', 's.pay'],
    ['holds', 'a call that is always allowed returns it', 'deny s.pay unless to from s.look.result.mail', 's.pay'],
    ['holds', 'time passes', 'limit s.pay to 3 within 1h\ndeny s.pay unless to from user', 's.pay'],
    ['holds', 'totals of a window pass', 'deny s.pay when total(s.pay.n within 1h) + n > 5', 's.pay'],
    ['violated', 'a denial for good', 'deny s.pay unless to from user\ndeny s.pay when once s.look', 's.pay'],
    ['violated', 'a label that nothing clears', 'deny s.list when carries secret', 's.list'],
    [
        undefined,
        'a label that a call clears',
        'deny s.pay unless to from user\ndeny s.pay when carries private',
        's.pay'
    ],
    [
        undefined,
        'the window is too long',
        'limit s.pay to 3 within 30d\ndeny s.pay unless to from user',
        's.pay within 1d'
    ],
    [
        undefined,
        'the source itself needs something',
        'deny s.pay unless to from s.look.result.mail\nrequire once s.read for s.look',
        's.pay'
    ],
    [undefined, 'a denial by a key', 'deny s.pay unless to from user\ndeny s.pay when once s.look(id)', 's.pay'],
    [
        undefined,
        'a withheld result',
        'deny s.pay unless to from s.look.result.mail\nwithhold result of s.look when result.total > 5',
        's.pay'
    ],
    [
        undefined,
        'nobody may approve',
        'deny s.pay unless to from user\nrequire approval by boss for s.pay',
        's.pay within 1d without approval'
    ],
    [undefined, 'a reading', 'deny s.pay unless to from user\ndeny s.pay when risk > 50', 's.pay']
] as const)('stays possible: %s: %s', async (verdict, _, rules, claim) => {
    const [subject, ...rest] = claim.split(' ');
    const policy = await policyOf(`${TOOLS}${rules}\nclaim "c": ${subject!} stays possible ${rest.join(' ')}\n`);
    const question = questionOf(policy.claims[0]!);
    expect(question.goal === 'recovery' ? recoveryByRules(policy, question)?.verdict : 'another question').toBe(
        verdict
    );
});

test.each([
    ['violated', 3, 'limit total(s.pay.n) to 100', 'always total(s.pay.n) <= 100'],
    ['violated', 6, 'limit s.pay to 2\ndeny s.pay unless to from s.look.result.mail', 'at most 2 s.pay'],
    ['violated', 4, 'deny s.pay when once s.look\ndeny s.look unless id from user', 'never s.pay after s.look'],
    ['violated', 7, 'require approval by boss for s.pay\nlimit s.pay to 1 within 1h', 'at most 1 s.pay within 1h'],
    ['holds', undefined, 'limit total(s.pay.n) to 100 across sessions', 'always total(s.pay.n) <= 100'],
    ['holds', undefined, 'deny s.pay unless to from s.look.result.mail', 's.pay requires to from s.look.result.mail'],
    ['holds', undefined, 'limit s.pay to 1 within 1h across sessions', 'at most 1 s.pay within 1h']
] as const)('over several sessions: %s in %s steps: %s | %s', async (verdict, length, rules, text) => {
    const policy = await policyOf(`${TOOLS}${rules}\nclaim "c" across sessions: ${text}\n`);
    const { policy: all, question } = searchedFor(policy, questionOf(policy.claims[0]!));
    const found = finished(aimedEvidence(all, question));
    expect([found?.verdict, found?.trace.steps.length]).toEqual(
        verdict === 'holds' ? [undefined, undefined] : [verdict, length]
    );
});

const REPEATED = `policy P
server s { tool ask(q: string, page: int = 1)   tool other(a: string, b: string, c: int) }
agent a
agent b
human lead
allow any agent: s.*
require approval by lead for s.ask when q == "slow"
deny s.ask when count(attempted same call) >= 2
`;

async function resultOf(text: string): Promise<ClaimResult> {
    const limits = { ...DEFAULT_LIMITS, timeoutMs: 20_000 };
    return checkPolicy(await policyOf(text), { limits, explainSearch: true }).claims[0]!;
}

test('a session that the search in order of length does not reach', async () => {
    const { verdict, trace, explanation, search } = await resultOf(
        `${REPEATED}claim "once": never s.ask when count(attempted same call) >= 2\n`
    );
    expect(verdict).toBe('violated');
    expect(trace!.steps.length).toBeGreaterThan(3);
    expect(explanation).toContain('There may be a shorter session');
    const methods = search!.map(({ method, outcome }) => `${method}: ${outcome}`);
    expect(methods).toContain('a session with this aim: went on');
});

test('a session that is not a claim of the policy is not looked for', async () => {
    const policy = await policyOf(`${REPEATED}claim "once": never s.ask when count(attempted same call) >= 2\n`);
    const question = questionOf(policy.claims[0]!);
    expect(finished(aimedEvidence(policy, { ...question }))).toBeUndefined();
    expect(finished(aimedEvidence(policy, question))?.verdict).toBe('violated');
});

test('a claim that the rules settle is not vacuous if a built session judges such a call', async () => {
    const text = `policy P
server s { tool load(n: int) returns (v: string, w: int)   tool pay(to: string, v: string, n: int) }
agent a
allow a: s.*
deny s.pay unless v from s.load.result.v
claim "c": s.pay is denied when not v from s.load.result.v
claim "never asked": s.pay is denied when not v from s.load.result.v and n > 3 and n < 3
`;
    const [first, second] = checkPolicy(await policyOf(text), {
        limits: { ...DEFAULT_LIMITS, timeoutMs: 5_000 }
    }).claims;
    expect(first!.verdict).toBe('holds');
    expect(second!.verdict).not.toBe('holds');
});
