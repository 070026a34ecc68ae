/** Runs steps in which an agent delegates work, or returns it. */
import { delegationBetween, isOpenDelegation } from '../../model/events/delegation.js';
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import { returnTo } from '../traces/replay.js';
import type { Run } from './run.js';
import { capital, failed, passed } from './run.js';
import { agentName } from '../conditions/names.js';

/** The call that stands for a delegation, which is decided like a call. */
export function callOfDelegation(
    policy: Policy,
    step: ScenarioStep & { kind: 'delegate' }
): ScenarioStep & { kind: 'call' } {
    const tool = policy.tools.find(({ delegatesTo }) => delegatesTo === step.to)?.name ?? '';
    return { ...step, kind: 'call', tool, args: {} };
}

export function giveBack(policy: Policy, state: SessionState, step: ScenarioStep & { kind: 'return' }): Run {
    const [delegate, delegator] = [agentName(policy, step.agent), agentName(policy, step.to)];
    const delegation = delegationBetween(policy, step.to, step.agent);
    if (delegation < 0 || !isOpenDelegation(policy, state, delegation)) {
        const message = `${capital(delegator)} has delegated nothing to ${delegate} that is still open, so there is nothing to return.`;
        return failed(step, state, message);
    }
    const replayed = returnTo(policy, state, step.agent, step.to);
    return { result: passed(step, `${capital(delegate)} returns to ${delegator}.`), replayed, after: replayed.after };
}
