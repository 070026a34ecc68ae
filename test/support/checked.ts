/**
 * Makes checks whose results do not depend on the speed of the machine: no time limit is ever reached, only limits on
 * states.
 */
import { withClock } from '../../server/checker/limits/budget.js';
import { checkPolicy, type CheckOptions } from '../../server/checker/check.js';
import type { PolicyResult } from '../../server/checker/results/result.js';
import type { Policy } from '../../server/model/policy/policy.js';

export function checkedUntimed(policy: Policy, options: CheckOptions = {}): PolicyResult {
    return withClock(
        () => 0,
        () => checkPolicy(policy, options)
    );
}
