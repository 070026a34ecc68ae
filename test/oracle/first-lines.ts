/**
 * The product's verdict on each claim in one session: without second lines and findings, which have separate oracles.
 */
import { CheckCancelled, checkPolicy } from '../../server/checker/check.js';
import type { ClaimResult, Limits } from '../../server/checker/results/result.js';
import type { Policy } from '../../server/model/policy/policy.js';

/** The verdicts in the order of the claims. */
export function firstLines(policy: Policy, limits?: Limits): ClaimResult[] {
    const decided = new Map<string, ClaimResult>();
    const isComplete = (): boolean => decided.size === policy.claims.length;
    try {
        checkPolicy(policy, {
            ...(limits && { limits }),
            isCancelled: isComplete,
            onClaim: (result) => void (decided.has(result.name) || decided.set(result.name, result))
        });
    } catch (error) {
        // Once the verdicts are known, the rest of the check is abandoned.
        if (!(error instanceof CheckCancelled && isComplete())) {
            throw error;
        }
    }
    return policy.claims.map(({ name }) => decided.get(name)!);
}
