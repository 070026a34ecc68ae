/** Tells whether the checker searched the same states as the exported system has. */
import { questionOf } from '../../server/checker/questions/question.js';
import { sliceFor } from '../../server/checker/reductions/slice.js';
import type { ClaimResult } from '../../server/checker/results/result.js';
import type { GuardedSystem } from '../../server/export/guarded.js';
import type { Policy } from '../../server/model/policy/policy.js';

/**
 * True if the checker searched all states of the exported system. The rules alone need no states, a search that needed
 * only some of the rules has fewer states, or more, and ages are represented differently.
 */
export function isWhole(policy: Policy, { claim, variables }: GuardedSystem, { basis }: ClaimResult): boolean {
    const hasAllRules = basis.slice.rules === sliceFor(policy, questionOf(claim)).policy.rules.length;
    return (
        basis.exhausted &&
        basis.states > 0 &&
        basis.scopes.length === 0 &&
        hasAllRules &&
        !variables.some(({ isAge }) => isAge)
    );
}
