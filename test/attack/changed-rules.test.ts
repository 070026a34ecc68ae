/** Attacks the verdicts of all methods on random policies whose claims are their rules, changed in one or a few places. */
import { expect, test } from 'vitest';
import { attack } from '../../server/attack/index.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { firstLines } from '../oracle/first-lines.js';
import { more, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { changedRulesPolicy } from './changed-rules/policy.js';

const FIRST = 1_000_000 * (1 + SHARE);
const POLICIES = runs(120, 3);
const LIMITS = { ...DEFAULT_LIMITS, maxStates: 1_000, maxTransitions: 10_000, timeoutMs: 2_000 };

test('no session contradicts a verdict', async () => {
    const tally = new Map<string, number>();
    for (let seed = FIRST; seed < FIRST + POLICIES; seed++) {
        const policy = await policyOf(changedRulesPolicy(seed));
        const verdicts = firstLines(policy, LIMITS).map(({ name, verdict }) => {
            tally.set(verdict, (tally.get(verdict) ?? 0) + 1);
            return { name, verdict, acrossSessions: { verdict: 'violated' } } as const;
        });
        const { strikes } = attack(policy, verdicts, { sessions: 60, seed });
        const defects = strikes
            .filter(({ isDefect }) => isDefect)
            .map(({ claim, verdict, steps }) => `${verdict}: ${claim}\n${textOf(policy, claim, steps)}`);
        expect(defects, `seed ${seed}\n${changedRulesPolicy(seed)}`).toEqual([]);
    }
    expect(tally.get('holds') ?? 0).toBeGreaterThan(more(POLICIES / 4));
    expect(tally.get('violated') ?? 0).toBeGreaterThan(more(POLICIES));
});
