/** The decision of an action for its caller and for each agent that the caller acts for (M16). */
import { decideBy, situationFor } from '../../model/decide.js';
import { principalsOf, strictest } from '../../model/events/delegation.js';
import type { GivenApproval } from '../../model/conditions/inputs.js';
import type { Condition, Policy } from '../../model/policy/policy.js';
import type { Decision, Memory } from '../../model/session/session.js';
import type { Action } from './actions.js';
import { conditionsOf } from '../conditions/walk.js';
import type { Summing, Threshold } from './summing.js';
import { type Timing, NOW } from './timing.js';

export function decideAction(
    policy: Policy,
    { call, rules, principals }: Action,
    memory: Memory,
    approvals: readonly GivenApproval[]
): Decision {
    const situation = { call, memory, time: NOW, approvals };
    const own = decideBy(policy, rules, situation);
    if (principals.length === 0) {
        return own;
    }
    const asked = new Set(principalsOf(policy, memory, call.agent));
    const others = principals
        .filter(({ agent }) => asked.has(agent))
        .map((principal) => decideBy(policy, principal.rules, situationFor(situation, principal.agent)));
    return strictest([own, ...others]);
}

/**
 * The history that the decisions of an action, and the claim about it, read: for the caller, and for the agents that
 * the caller acts for.
 *
 * @param ask returns the history that some conditions read for a call of the agent
 */
export function askedBy<T>(
    ask: (conditions: readonly Condition[], agent: number) => readonly T[],
    { call: { agent }, condition, rules, principals, ends }: Action
): T[] {
    const withholding = ends.flatMap(({ withheld }) => (withheld ? [withheld.when] : []));
    return [
        ...ask([condition, ...withholding, ...rules.flatMap(({ rule }) => conditionsOf(rule))], agent),
        ...principals.flatMap((principal) => {
            const conditions = principal.rules.flatMap(({ rule }) => conditionsOf(rule));
            return [...ask(conditions, principal.agent), ...ask(conditions, agent)];
        })
    ];
}

/** The ages in that history. */
export function agesAsked(timing: Timing, action: Action): number[] {
    const asked = askedBy((conditions, agent) => timing.asked(conditions, agent), action);
    return [...new Set(asked)].sort((a, b) => a - b);
}

/** The numbers in that history that sums are compared with. */
export function sumsAsked(summing: Summing, action: Action): Threshold[] {
    const asked = askedBy((conditions, agent) => summing.asked(conditions, agent), action);
    const keys = asked.map(({ register, bound }) => `${register} ${bound}`);
    return asked.filter((_, index) => keys.indexOf(keys[index]!) === index);
}
