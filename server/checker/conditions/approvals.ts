/** What an approval does to a condition. */
import type { Condition } from '../../model/policy/policy.js';
import { hasPart } from './rewrite.js';

/** True if an approval could make the condition true: `approved by` under an even number of `not`. */
export function isWorseApproved(condition: Condition, positive: boolean): boolean {
    switch (condition.op) {
        case 'approved by':
            return positive;
        case 'not':
            return isWorseApproved(condition.arg, !positive);
        case 'and':
        case 'or':
            return condition.args.some((arg) => isWorseApproved(arg, positive));
        default:
            return false;
    }
}

/** True if some part of it asks who approved the call. */
export function readsApprovals(condition: Condition): boolean {
    return hasPart(condition, (part) => 'op' in part && part.op === 'approved by');
}
