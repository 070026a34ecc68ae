/** Tests bounds of counts and totals that the rules keep, and bounds that they do not; exactly the first have a proof. */
import { expect, test } from 'vitest';
import { prove } from '../../server/certificates/prove.js';
import { PROOF_WORK } from '../../server/certificates/work.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { questionOf } from '../../server/checker/questions/question.js';
import { Random } from '../../server/attack/random.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { more, runs, SEED } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const HEAD = `policy P
human boss
agent ann
agent bob
server s {
  tool pay(n: 0..2, m: -1..1)
  tool send(to: "x" | "y") atomic returns (ok: 0..1)
  tool reset() atomic
  tool top(n: 0..2)
}
group both = s.pay, s.send
group amounts = s.pay, s.top
allow any agent: s.*
`;

const HOLDING = `policy P
human boss
server s {
  tool look()
  tool pay(to: string)
}
agent bot
agent other
allow bot, other: s.*
require approval by boss for s.pay
`;

function isProved(policy: Policy): boolean {
    return prove(policy, 0, 'holds', { left: PROOF_WORK, poll: () => undefined }) !== undefined;
}

const KEPT = [
    ['limit s.send to 2', 'count(s.send) <= 2'],
    ['limit s.send to 2', 'count(s.send) < 3 and count(s.send where to == "x") <= 2'],
    ['limit s.send to 2', '4 >= count(s.send)'],
    ['limit s.send to 2', 'count(s.send) <= 2 or count(s.pay) <= 1'],
    ['limit s.send to 2', 'count(s.send where result.ok == 1) <= 2'],
    ['limit s.send to 2 within 1h', 'count(s.send within 30m) <= 2'],
    ['deny s.send when to == "x" and count(s.send where to == "x") >= 1', 'count(s.send where to == "x") <= 1'],
    ['limit total(s.pay.n) to 4', 'total(s.pay.n) <= 4'],
    ['limit total(s.pay.n) to 4 within 1d', 'total(s.pay.n within 1h) <= 4'],
    ['require approval by boss for s.send\nlimit s.send to 1', 'count(s.send) <= 1']
] as const;

/** Bounds that are kept, of which no proof is found. */
const UNPROVED = [
    ['deny s.send when count(s.send since s.reset) >= 2', 'count(s.send since s.reset) <= 2'],
    ['limit both to 2', 'count(s.pay) + count(s.send) <= 2'],
    ['limit both to 2', '3 > count(s.send where to == "x") + count(s.pay)'],
    ['limit both to 2 within 1h', 'count(s.pay within 1m) + count(s.send within 1h) <= 3'],
    ['deny both when count(s.pay) + count(s.send) >= 2', 'count(s.pay) + count(s.send) <= 2'],
    ['limit total(amounts.n) to 4', 'total(s.pay.n) + total(s.top.n) <= 4']
] as const;

const EXCEEDED = [
    ['limit s.send to 3', 'count(s.send) <= 2'],
    ['limit s.send to 2', 'count(s.send) >= 0'],
    ['limit both to 2', 'count(s.pay) + count(s.send) <= 1'],
    ['limit s.send to 2', 'count(s.pay) + count(s.send) <= 2'],
    ['limit both to 2', 'count(s.pay) + count(both) <= 3'],
    ['limit both to 2', 'count(s.pay) - count(s.send) <= 2'],
    ['limit both to 2 within 1m', 'count(s.pay within 1h) + count(s.send within 1m) <= 2'],
    ['limit s.pay to 2\nlimit s.send to 2', 'count(s.pay) + count(s.send) <= 3'],
    ['limit both to 2', 'count(s.pay) + total(s.top.n) <= 2'],
    ['limit total(s.pay.n) to 4', 'total(s.pay.n) + total(s.top.n) <= 4'],
    ['limit total(amounts.n) to 4', 'total(s.pay.n) + total(amounts.n) <= 4'],
    ['limit s.send to 2', 'count(attempted s.send) <= 2'],
    ['limit s.send to 2', 'count(s.send) <= 2 and count(s.pay) <= 1'],
    ['limit s.send to 2 within 30m', 'count(s.send within 1h) <= 2'],
    ['limit s.send to 1 per to', 'count(s.send) <= 1'],
    ['deny s.send when count(s.send since s.reset) >= 2', 'count(s.send) <= 2'],
    ['deny s.send by ann when count(s.send) >= 2', 'count(s.send) <= 2'],
    ['limit s.send by same agent to 2', 'count(s.send) <= 2'],
    ['audit deny s.send when count(s.send) >= 2', 'count(s.send) <= 2'],
    // A negative amount makes room for one that is too large.
    ['limit total(s.pay.m) to 4', 'total(s.pay.m) <= 4'],
    ['deny s.pay when total(s.pay.n) > 4', 'total(s.pay.n) <= 4']
] as const;

test.each([
    ...KEPT.map((one) => [...one, true] as const),
    ...[...UNPROVED, ...EXCEEDED].map((one) => [...one, false] as const)
])('%s: %s', async (rules, bound, expected) => {
    expect(isProved(await policyOf(`${HEAD}${rules}\nclaim "c": always ${bound}\n`))).toBe(expected);
});

// A claim counts the attempt of a held call itself, and the rules do not. The first four claims are true, but none is proved.
test.each([
    ['deny s.pay when count(attempted s.pay) >= 3', 'never s.pay when count(attempted s.pay) >= 4'],
    ['limit attempted s.pay to 3 within 1h', 'never s.pay when count(attempted s.pay by caller within 1m) >= 4'],
    ['limit attempted any tool to 3', 'never s.pay when count(attempted s.pay) >= 4'],
    [
        'deny s.pay when count(attempted same call within 60s) >= 2',
        'never s.pay when count(attempted same call within 60s) >= 3'
    ],
    ['deny s.pay when count(attempted s.pay) >= 3', 'never s.pay when count(attempted s.pay) >= 3'],
    ['limit attempted s.pay to 3 within 1h', 'never s.pay when count(attempted s.pay by caller within 1m) >= 3'],
    ['limit attempted s.pay to 3 within 1m', 'never s.pay when count(attempted s.pay within 1h) >= 4'],
    ['limit attempted s.pay(to) to 3 within 1h', 'never s.pay when count(attempted s.pay within 1h) >= 4'],
    ['limit attempted s.pay to 3', 'never s.pay when count(attempted any tool) >= 4'],
    [
        'deny s.pay when count(attempted same call within 60s) >= 2',
        'never s.pay when count(attempted same call within 60s) >= 2'
    ],
    [
        'deny s.pay when count(attempted s.look where (once attempted s.pay)) >= 1',
        'never s.pay when count(attempted s.look where (once attempted s.pay)) >= 2'
    ],
    // A held call may have several answers.
    ['deny s.pay when count(approved s.pay) >= 1', 'never s.pay when count(approved s.pay) >= 2']
])('%s: %s', async (rule, claim) => {
    expect(isProved(await policyOf(`${HOLDING}${rule}\nclaim "c": ${claim}\n`))).toBe(false);
});

const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 4_000, timeoutMs: 10_000 } };

test('no bound that is proved is exceeded in any session', async () => {
    const seen = { proved: 0, exceeded: 0 };
    for (let seed = SEED; seed < SEED + runs(800, 20); seed++) {
        const random = new Random(seed);
        const span = (): string => random.of(['', '', ' within 5s', ' within 10s', ' since s.reset']);
        const where = (): string => random.of(['', '', ' where to == "x"', ' where result.ok == 1']);
        const amount = (least: number): number => least + random.below(2);
        const events = (): string => `${random.of(['', '', 'released ', 'failed '])}s.send`;
        const rules = Array.from({ length: 1 + random.below(2) }, () =>
            random.of([
                `deny s.send${random.of(['', ' by ann'])} when count(${events()}${where()}${span()}) >= ${amount(0)}`,
                `deny s.pay when total(s.pay.n${span()}) + n > ${amount(1)}`,
                'require approval by boss for s.send',
                `limit s.send to ${amount(1)}${random.of(['', ' within 10s', ' across sessions', ' per to'])}`
            ])
        );
        const claim = random.of([
            `count(${events()}${where()}${span()}) <= ${amount(0)}`,
            `count(${events()}${where()}${span()}) < ${amount(1)}`,
            `total(s.pay.n${span()}) <= ${amount(1)}`
        ]);
        const policy = await policyOf(`${HEAD}${rules.join('\n')}\nclaim "c": always ${claim}\n`);
        const isProven = isProved(policy);
        const { verdict } = finished(searchExactly(policy, questionOf(policy.claims[0]!), OPTIONS));
        seen.proved += Number(isProven);
        seen.exceeded += Number(verdict === 'violated');
        expect(isProven && verdict === 'violated', `${rules.join('; ')}: ${claim}`).toBe(false);
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(20));
});
