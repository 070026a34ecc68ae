/**
 * Makes checks whose results do not depend on the speed of the machine: no time limit is ever reached, only limits on
 * states.
 */
import { withClock } from '../../server/checker/limits/budget.js';
import { checkClaims, checkPolicy, type CheckOptions } from '../../server/checker/check.js';
import type { ClaimResult, PolicyResult } from '../../server/checker/results/result.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';

export function checkedUntimed(policy: Policy, options: CheckOptions = {}): PolicyResult {
    return withClock(
        () => 0,
        () => checkPolicy(policy, options)
    );
}

/** The results of the claims alone, without the findings of the policy. */
export function claimsUntimed(policy: Policy, claims: readonly Claim[]): ClaimResult[] {
    return withClock(
        () => 0,
        () =>
            checkClaims(
                claims.map((claim) => ({ policy, claim })),
                {},
                () => undefined
            )
    );
}
