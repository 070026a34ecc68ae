/** Conditions on a call that several findings need. */
import type { Condition, Policy } from '../../model/policy/policy.js';

/** The condition that no human approved the call. */
export function unseen(policy: Policy): Condition {
    return { op: 'not', arg: { op: 'approved by', humans: policy.humans.map((_, human) => human) } };
}
