/** Writes the history that Dogwood can express, in addition to Cedar's conditions on a request. */
import type { Condition } from '../../model/policy/policy.js';
import type { ConditionContext, Side } from '../cedar/conditions.js';
import { amountIs } from './amounts.js';
import { ofMonitor, ofRecorder } from './histories.js';
import { carries } from './labels.js';
import { happened } from './truths.js';

/** Undefined if the condition does not concern the history. */
export function historyCondition(condition: Condition, side: Side, asking: ConditionContext): string | undefined {
    const { policy } = asking;
    switch (condition.op) {
        case 'monitor':
            return happened(ofMonitor(policy.monitors[condition.monitor]!), side, asking);
        case 'recorded': {
            const history = ofRecorder(policy, condition.recorder);
            return history.kind === 'latest' ? undefined : happened(history, side, asking);
        }
        case 'carries':
            return carries(condition.label, side, asking);
        default:
            return amountIs(condition, side, asking);
    }
}
