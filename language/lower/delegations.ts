/** Lowers the possible delegations, and the resulting calls and events (M16). */
import type { Agent, OutsideEvent, Policy, Tool } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import { type LoweringContext, sourceOf } from './context.js';

type Delegation = NonNullable<Policy['delegations']>[number];

export function lowerDelegations(context: LoweringContext): Delegation[] {
    return context.agents.flatMap((agent, from) =>
        agent.delegations.flatMap(({ to, ownRights }) =>
            to.map((delegate) => ({ from, to: context.indexOf(context.agents, delegate.ref), ownRights }))
        )
    );
}

/** The ends of delegations are always events, because they pass labels on. */
export function addEndsOfDelegation(context: LoweringContext): void {
    for (const delegate of context.delegates) {
        context.specialEvent(endOfDelegation(delegate, context.indexOf(context.agents, delegate)));
    }
}

/** `delegate to B`, which is decided like a call. Its success is known at once. */
export function delegationTool(delegate: tree.Agent, context: LoweringContext): Tool {
    return {
        name: `delegate to ${delegate.name}`,
        params: [],
        traits: { atomic: 2 },
        reads: [],
        clears: [],
        delegatesTo: context.indexOf(context.agents, delegate),
        source: sourceOf(delegate)
    };
}

export function endOfDelegation(delegate: tree.Agent, index: number): OutsideEvent {
    return {
        name: `end of delegation to ${delegate.name}`,
        special: 'end of delegation',
        delegate: index,
        source: sourceOf(delegate)
    };
}

/** Agents that are connected by declared delegation share a number: the smallest one. */
export function principalsOf(agents: readonly Agent[], delegations: readonly Delegation[]): Agent[] {
    const principal = agents.map((_, index) => index);
    for (const { from, to } of delegations) {
        const [kept, merged] = [Math.min(principal[from]!, principal[to]!), Math.max(principal[from]!, principal[to]!)];
        principal.forEach((number, index) => {
            principal[index] = number === merged ? kept : number;
        });
    }
    return agents.map((agent, index) => (delegations.length > 0 ? { ...agent, principal: principal[index]! } : agent));
}
