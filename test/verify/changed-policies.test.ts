/**
 * Tests a policy's certificates against the policy without one of its rules: whatever is accepted still holds there.
 */
import { expect, test } from 'vitest';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { asksCalls, settledByRules } from '../../server/checker/portfolio/rules-alone.js';
import { questionOf } from '../../server/checker/questions/question.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { files, load } from '../examples/policies.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { certified, verified } from './support.js';

const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 20_000, timeoutMs: 10_000 } };

/** The examples that each build tests. */
const IN_BUILD = /^[^:]*(flow|payments)/;

test('a certificate proves nothing of a policy whose rule it needs is gone', async () => {
    const seen = { accepted: 0, refused: 0 };
    for (const file of partOf(files, (name) => IN_BUILD.test(name))) {
        const { policy } = await load(file);
        if (!policy) {
            continue;
        }
        const written = certified(policy);
        for (const changed of policy.rules.flatMap((_, index) => without(policy, index))) {
            const { accepted, refused } = verified(changed, written);
            seen.accepted += accepted.length;
            seen.refused += refused.length;
            for (const claim of changed.claims.filter(({ name }) => accepted.includes(name))) {
                expect(isViolated(changed, claim), `${file}: ${claim.name}`).toBe(false);
            }
        }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(IS_DEEP ? 20 : 10);
});

/** Rules are audited instead of removed, so that the numbers in the certificate still refer to the right ones. */
function without(policy: Policy, index: number): Policy[] {
    const rule = policy.rules[index]!;
    const isStopping = rule.kind === 'deny' || rule.kind === 'require' || rule.kind === 'approval';
    return isStopping && rule.audit !== true
        ? [{ ...policy, rules: policy.rules.map((one) => (one === rule ? { ...rule, audit: true } : one)) }]
        : [];
}

function isViolated(policy: Policy, claim: Claim): boolean {
    const question = questionOf(claim);
    return (
        !(asksCalls(question) && settledByRules(policy, question)) &&
        finished(searchExactly(policy, question, OPTIONS)).verdict === 'violated'
    );
}
