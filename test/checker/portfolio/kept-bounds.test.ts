/** Tests that bounds of counts and totals that the rules keep are settled without a search, and that no others are. */
import { describe, expect, test } from 'vitest';
import { finished } from '../../../server/checker/limits/resumable.js';
import { checkClaim } from '../../../server/checker/portfolio/claims.js';
import { searchExactly } from '../../../server/checker/portfolio/exact.js';
import { keptByRules } from '../../../server/checker/portfolio/kept-bounds.js';
import { questionOf, type StateQuestion } from '../../../server/checker/questions/question.js';
import { sampledEvidence } from '../../../server/checker/random-sessions/index.js';
import { Random } from '../../../server/checker/random-sessions/random.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { more, runs, SEED } from '../../support/depth.js';
import { policyOf } from '../../support/policies.js';

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

const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 4_000, timeoutMs: 10_000 } };

async function isKept(rules: string, condition: string): Promise<boolean> {
    const policy = await policyOf(`${HEAD}${rules}\nclaim "c": always ${condition}\n`);
    return keptByRules(policy, questionOf(policy.claims[0]!) as StateQuestion);
}

describe('settled', () => {
    test.each([
        ['limit s.send to 2', 'count(s.send) <= 2'],
        ['limit s.send to 2', 'count(s.send) < 3 and count(s.send where to == "x") <= 2'],
        ['limit s.send to 2', '4 >= count(s.send)'],
        ['limit s.send to 2', 'count(s.send) <= 2 or count(s.pay) <= 1'],
        ['limit s.send to 2', 'count(s.send where result.ok == 1) <= 2'],
        ['limit s.send to 2 within 1h', 'count(s.send within 30m) <= 2'],
        ['deny s.send when to == "x" and count(s.send where to == "x") >= 1', 'count(s.send where to == "x") <= 1'],
        ['deny s.send when count(s.send since s.reset) >= 2', 'count(s.send since s.reset) <= 2'],
        ['limit total(s.pay.n) to 4', 'total(s.pay.n) <= 4'],
        ['limit total(s.pay.n) to 4 within 1d', 'total(s.pay.n within 1h) <= 4'],
        ['require approval by boss for s.send\nlimit s.send to 1', 'count(s.send) <= 1'],
        ['limit both to 2', 'count(s.pay) + count(s.send) <= 2'],
        ['limit both to 2', '3 > count(s.send where to == "x") + count(s.pay)'],
        ['limit both to 2 within 1h', 'count(s.pay within 1m) + count(s.send within 1h) <= 3'],
        ['deny both when count(s.pay) + count(s.send) >= 2', 'count(s.pay) + count(s.send) <= 2'],
        ['limit total(amounts.n) to 4', 'total(s.pay.n) + total(s.top.n) <= 4']
    ])('%s: %s', async (rules, condition) => {
        expect(await isKept(rules, condition)).toBe(true);
    });
});

describe('left to the search', () => {
    test.each([
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
    ])('%s: %s', async (rules, condition) => {
        expect(await isKept(rules, condition)).toBe(false);
    });
});

test('whatever else stands in the policy', async () => {
    const others = Array.from({ length: 12 }, (_, index) =>
        [
            `deny s.pay when m == 1 and once s.send(to: "x") within ${index + 1}m`,
            `deny s.send when count(s.pay where n == ${index % 3} within ${index + 2}h) > ${index + 2}`
        ].join('\n')
    );
    const policy = await policyOf(`${HEAD}limit s.send to 9 within 1h
limit total(s.pay.n) to 40 within 1d
${others.join('\n')}
claim "count": always count(s.send within 1h) <= 9
claim "total": always total(s.pay.n within 1d) <= 40
`);
    for (const claim of policy.claims) {
        const { verdict, basis } = checkClaim(policy, claim, OPTIONS);
        expect([verdict, basis.states]).toEqual(['holds', 0]);
    }
});

test('no bound of a sum that is settled is exceeded in a random session', async () => {
    const seen = { settled: 0, exceeded: 0 };
    for (let seed = SEED; seed < SEED + runs(400, 10); seed++) {
        const random = new Random(seed);
        const span = (): string => random.of(['', '', '', ' within 1h', ' within 1m']);
        const counted = (): string => `count(${random.of(['s.pay', 's.send', 's.top', 'both'])}${span()})`;
        const total = (): string => `total(${random.of(['s.pay', 's.top', 'amounts'])}.n${span()})`;
        const amount = (): number => 1 + random.below(3);
        const rules = Array.from({ length: 1 + random.below(2) }, () =>
            random.of([
                `limit ${random.of(['both', 'amounts', 's.send', 'any tool'])} to ${amount()}${span()}`,
                `deny both when ${counted()} + ${counted()} >= ${amount()}`,
                `limit total(amounts.n) to ${amount()}${span()}`,
                `deny amounts when ${total()} + ${total()} + n > ${amount()}`
            ])
        );
        const claim = random.of([`${counted()} + ${counted()}`, `${total()} + ${total()}`]);
        const policy = await policyOf(`${HEAD}${rules.join('\n')}\nclaim "c": always ${claim} <= ${amount()}\n`);
        const question = questionOf(policy.claims[0]!) as StateQuestion;
        const isSettled = keptByRules(policy, question);
        const isExceeded = finished(sampledEvidence(policy, question)) !== undefined;
        seen.settled += Number(isSettled);
        seen.exceeded += Number(isExceeded);
        expect(isSettled && isExceeded, `${rules.join('; ')}: ${claim}`).toBe(false);
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(10));
});

test('no bound that is settled is exceeded in any session', async () => {
    const seen = { settled: 0, exceeded: 0 };
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
        const question = questionOf(policy.claims[0]!) as StateQuestion;
        const isSettled = keptByRules(policy, question);
        const { verdict } = finished(searchExactly(policy, question, OPTIONS));
        seen.settled += Number(isSettled);
        seen.exceeded += Number(verdict === 'violated');
        expect(isSettled && verdict === 'violated', `${rules.join('; ')}: ${claim}`).toBe(false);
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(20));
});
