/** The assumptions that count for a claim. */
import type { Assumption, Claim, Policy } from '../../model/policy/policy.js';

/**
 * The policy that a claim is checked in. For a claim of a required pack it has no assumptions from outside of such packs: a
 * policy cannot make true what it was required to keep by leaving out the sessions that break it.
 */
export function policyFor(policy: Policy, claim: Claim): Policy {
    if (!ignoresSome(policy, claim)) {
        return policy;
    }
    let known = narrowed.get(policy);
    if (!known) {
        known = { ...policy, assumptions: policy.assumptions!.filter(isCounted) };
        narrowed.set(policy, known);
    }
    return known;
}

/** The assumptions that do not count for the claim. */
export function ignoredBy(policy: Policy, claim: Claim): Assumption[] {
    return ignoresSome(policy, claim) ? policy.assumptions!.filter((one) => !isCounted(one)) : [];
}

/** Claims of one policy share work, which is found by the policy. */
const narrowed = new WeakMap<Policy, Policy>();

function ignoresSome({ assumptions = [] }: Policy, { isRequired, kind }: Claim): boolean {
    // That something is possible is harder to show with fewer sessions.
    return isRequired === true && kind !== 'possible' && !assumptions.every(isCounted);
}

function isCounted({ isRequired }: Assumption): boolean {
    return isRequired === true;
}
