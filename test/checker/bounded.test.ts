/** Tests the bounded search: what a limit leaves undecided, and that merging states changes no answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withClock } from '../../server/checker/limits/budget.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchWithin } from '../../server/checker/portfolio/concrete.js';
import { checkPolicy } from '../../server/checker/check.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { questionOf } from '../../server/checker/questions/question.js';

const folder = new URL('./bounded/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.guardrail'));

const ENOUGH = IS_DEEP ? { states: 10_000, transitions: 30_000 } : { states: 4_000, transitions: 8_000 };
/** Limits that are soon reached, because without merging there are many states. */
const FEW_STEPS = {
    ...(IS_DEEP ? { states: 3_000, transitions: 6_000 } : { states: 1_000, transitions: 2_000 }),
    merges: false
};

describe.each(files)('%s', async (file) => {
    const policy = await policyOf(readFileSync(new URL(file, folder), 'utf8'));
    test.each(partOf(policy.claims, 12).map((claim) => [claim.name, claim] as const))('%s', (_, claim) => {
        const options = { limits: DEFAULT_LIMITS };
        const merged = finished(searchWithin(policy, questionOf(claim), [], options, ENOUGH));
        const apart = finished(searchWithin(policy, questionOf(claim), [], options, FEW_STEPS));
        if (apart.trace) {
            expect(merged.trace?.steps.length).toBe(apart.trace.steps.length);
        } else if (merged.trace) {
            // The condition was false until this point.
            expect(apart.exploration.limit).toBeDefined();
            expect(apart.exploration.depth).toBeLessThanOrEqual(merged.trace.steps.length);
        }
        for (const limits of [
            { states: 1, transitions: 30_000 },
            { states: 10_000, transitions: 1 }
        ]) {
            const cut = finished(searchWithin(policy, questionOf(claim), [], options, limits));
            expect(['undecided', 'violated', 'witnessed', merged.verdict]).toContain(cut.verdict);
            if (cut.exploration.limit !== undefined) {
                expect(cut.verdict).toBe('undecided');
                // Sessions with other values were not covered.
                expect(cut.exploration.covered).toMatchObject({ isOfScope: true });
            }
        }
    });
});

const TOTALS = `policy Caps
agent bot
server bank {
  tool pay(amount: int)
  tool read(name: string)
}
limit total(bank.pay.amount) to 1000
allow bot: bank.pay, bank.read
claim "the cap": always total(bank.pay.amount) <= 1000
claim "no read": never bank.read
`;

test('a construct outside the exact search has a hint, with the claims that depend on it', async () => {
    const { findings, claims } = checkPolicy(await policyOf(TOTALS));
    const hints = findings.filter(({ code }) => code === 'GR597');
    expect(claims.map(({ verdict }) => verdict)).toEqual(['holds in scope', 'violated']);
    // The limit and the first claim read the same total: one hint, at the first place.
    expect(hints.map(({ source }) => source.start.line)).toEqual([6, 6]);
    for (const { message } of hints) {
        expect(message).toContain('Not supported by the exact search: ');
        expect(message).toContain('"the cap"');
        expect(message).not.toContain('"no read"');
    }
    expect(hints.map(({ message }) => /totals.*line 9/.test(message))).toEqual([false, true]);
});

test('a claim that was decided regardless is not named, and without such claims there is no hint', async () => {
    const text = TOTALS.replace(/claim "the cap".*\n/, '').replace('claim "no read": never bank.read', NO_LARGE_READ);
    const { findings, claims } = checkPolicy(await policyOf(text));
    expect(claims.map(({ verdict }) => verdict)).toEqual(['holds']);
    expect(findings.filter(({ code }) => code === 'GR597')).toEqual([]);
});

/** The claim sees the total, because it determines the possible payments; one rule suffices to decide the claim. */
const NO_LARGE_READ = `deny bank.pay when amount > 500
claim "none too large": never bank.pay when amount > 500`;

const HELD = `policy Held
agent coder
human user
server web { tool search(q: string) }
server plan { tool exit() }
event user.plan
modes work per agent {
  edit initial { allow web.* }
  plan {
    require approval by user for web.search
    on approved plan.exit by user enter edit
  }
  from any on user.plan enter plan
}
allow coder: web.search, plan.exit
require approval by user for plan.exit when in mode plan
claim "asks": never web.search when in mode plan unless approved by user
`;

test('steps are tried once from a state that many waits lead to, and counted for each', async () => {
    const policy = await policyOf(HELD);
    let looks = 0;
    const clock = (): number => {
        looks++;
        return 0;
    };
    const limits = { states: 10_000, transitions: 3_000 };
    const search = searchWithin(policy, questionOf(policy.claims[0]!), [], { limits: DEFAULT_LIMITS }, limits);
    const { exploration } = withClock(clock, () => finished(search));
    expect(exploration.transitions).toBeGreaterThan(limits.transitions);
    // The clock is read for each step that is tried.
    expect(looks).toBeLessThan(limits.transitions / 2);
});

test('limits of the whole check apply to it too', async () => {
    const policy = await policyOf(TOTALS);
    const few = checkPolicy(policy, { limits: { ...DEFAULT_LIMITS, maxStates: 2 } });
    expect(few.claims[0]!.verdict).toBe('undecided');
    const late = checkPolicy(policy, { limits: { ...DEFAULT_LIMITS, timeoutMs: -1 } });
    expect(late.claims[0]!.verdict).toBe('undecided');
    expect(() => checkPolicy(policy, { isCancelled: () => true })).toThrow();
});
