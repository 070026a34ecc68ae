/** The decision of an action for its caller and for each agent that the caller acts for (M16). */
import { decideBy, situationFor } from '../model/decide.js';
import { principalsOf, strictest } from '../model/delegation.js';
import type { GivenApproval } from '../model/evaluate.js';
import type { Policy } from '../model/policy.js';
import type { Decision, Memory } from '../model/session.js';
import type { Action } from './actions.js';
import { conditionsOf } from './situations.js';
import type { Timing } from './timing.js';
import { NOW } from './timing.js';

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

/** The ages that the decisions of an action, and the claim about it, read: for the caller and whom it acts for. */
export function agesAsked(timing: Timing, action: Action): number[] {
    const { call, condition, rules, principals, ends } = action;
    const { agent } = call;
    const withholding = ends.flatMap(({ withheld }) => (withheld ? [withheld.when] : []));
    const asked = [
        ...timing.asked([condition, ...withholding, ...conditionsOf(rules)], agent),
        ...principals.flatMap((principal) => {
            const conditions = conditionsOf(principal.rules);
            return [...timing.asked(conditions, principal.agent), ...timing.asked(conditions, agent)];
        })
    ];
    return [...new Set(asked)].sort((a, b) => a - b);
}
