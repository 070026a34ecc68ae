/** The facts about a call that several findings need. */
import type { Condition, Policy } from '../../model/policy/policy.js';

/** No human approved the call. */
export function unseen(policy: Policy): Condition {
    return { op: 'not', arg: { op: 'approved by', humans: policy.humans.map((_, human) => human) } };
}
