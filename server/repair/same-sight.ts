/** True if a claim sees the same parts of two policies, so that it has the same verdict. */
import { sliceFor } from '../checker/reductions/slice.js';
import type { Claim, Policy } from '../model/policy/policy.js';
import { policyFor } from '../checker/questions/assumptions-of-claim.js';
import { questionOf } from '../checker/questions/question.js';

export function seesTheSame(claim: Claim, before: Policy, changed: Claim, after: Policy): boolean {
    return sightOf(before, claim) === sightOf(after, changed);
}

/** The parts that the claim sees, as a text without source locations. */
function sightOf(whole: Policy, original: Claim): string {
    const { policy, question, tools, labels, received } = sliceFor(policyFor(whole, original), questionOf(original));
    return JSON.stringify({ policy, question, tools, labels, received }, (key, value: unknown) =>
        key === 'source' || key === 'usedAt' ? undefined : value
    );
}
