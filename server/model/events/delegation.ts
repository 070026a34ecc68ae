/**
 * Computes delegation (M16): the principals of a call that an agent makes on behalf of others, and the resulting
 * decision.
 */
import type { CallPattern, Policy, Tool } from '../policy/policy.js';
import type { Decision } from '../policy/decision.js';
import type { Call, HistoryEvent, Memory } from '../memory/memory.js';
import { nameText } from '../text/typed-text.js';

/** The memory while no work is delegated. */
export function initialDelegations(policy: Policy): Pick<Memory, 'delegated'> {
    const { delegations = [] } = policy;
    return delegations.length > 0 ? { delegated: delegations.map(() => false) } : {};
}

/** The number of the declared delegation between two agents; -1 if none is declared. */
export function delegationBetween(policy: Policy, from: number, to: number): number {
    return (policy.delegations ?? []).findIndex((declared) => declared.from === from && declared.to === to);
}

/** The reason why the inventory refuses a delegation that the caller does not declare. */
export function undeclaredDelegation(policy: Policy, tool: Tool, call: Call): string | undefined {
    return tool.delegatesTo !== undefined && delegationBetween(policy, call.agent, tool.delegatesTo) < 0
        ? `${nameText(policy.agents[call.agent]!.name, 'StrictName')} does not delegate to ${nameText(policy.agents[tool.delegatesTo]!.name, 'StrictName')}`
        : undefined;
}

/**
 * The principals of an agent: first the agent itself, then everyone who delegated to it, through any number of open
 * delegations. A delegation on the delegate's own rights adds no principals.
 */
export function principalsOf(policy: Policy, memory: Memory, agent: number): number[] {
    const principals = [agent];
    for (const delegate of principals) {
        policy.delegations?.forEach(({ from, to, ownRights }, index) => {
            if (to === delegate && !ownRights && memory.delegated![index]! && !principals.includes(from)) {
                principals.push(from);
            }
        });
    }
    return principals;
}

const STRICTNESS = { allowed: 0, held: 1, denied: 2 } as const;
const SURENESS = { rule: 3, inventory: 2, unknown: 1, default: 0 } as const;

/** The strictest of the decisions made for one call: denied, then held, then allowed. */
export function strictest(decisions: readonly Decision[]): Decision {
    const most = Math.max(...decisions.map(({ kind }) => STRICTNESS[kind]));
    const deciding = decisions.filter(({ kind }) => STRICTNESS[kind] === most);
    const [surest] = [...deciding].sort((a, b) => SURENESS[b.by] - SURENESS[a.by]);
    const rules = new Set(deciding.filter(({ by }) => by === surest!.by).flatMap((decision) => decision.rules));
    return { ...surest!, rules: [...rules].sort((a, b) => a - b) };
}

/** True if the event of the agent is selected by the pattern for the caller of the decided call. */
export function meansAgent(policy: Policy, pattern: CallPattern, agent: number | undefined, caller: number): boolean {
    const { agents } = pattern;
    if (agents === undefined) {
        return true;
    }
    if (agent === undefined) {
        return false;
    }
    if (agents === 'caller') {
        return principalOf(policy, agent) === principalOf(policy, caller);
    }
    return agents === 'same agent' ? agent === caller : agents.includes(agent);
}

/** The principal of an agent: agents that declared delegation connects count as one. */
function principalOf(policy: Policy, agent: number): number {
    return policy.agents[agent]?.principal ?? agent;
}

/**
 * The effect of an event on delegations: which agents pass labels to which others, and which delegation it opens or
 * closes.
 */
export interface Handover {
    readonly from: number;
    readonly to: number;
    readonly delegation: number;
    readonly opens: boolean;
}

export function handoverOf(policy: Policy, event: HistoryEvent): Handover | undefined {
    if (event.outside !== undefined) {
        const { special, delegate } = policy.outsideEvents[event.outside]!;
        return special === 'end of delegation' && delegate !== undefined && event.agent !== undefined
            ? {
                  from: delegate,
                  to: event.agent,
                  delegation: delegationBetween(policy, event.agent, delegate),
                  opens: false
              }
            : undefined;
    }
    const to = policy.tools[event.call.tool]!.delegatesTo;
    const from = event.call.agent;
    return to !== undefined && event.released
        ? { from, to, delegation: delegationBetween(policy, from, to), opens: true }
        : undefined;
}

/** True if the delegation is open now, taking running calls into account. */
export function isOpenDelegation(
    policy: Policy,
    state: { readonly settled: Memory; readonly unsettled: Iterable<HistoryEvent> },
    delegation: number
): boolean {
    let open = state.settled.delegated?.[delegation] ?? false;
    const parked = new Map(
        [...(state.settled.parked ?? [])].map(([name, memory]) => [name, memory.delegated?.[delegation]])
    );
    for (const event of state.unsettled) {
        if (event.outside !== undefined && event.resumes) {
            const { leaves, enters, own } = event.resumes;
            if (leaves !== undefined) {
                parked.set(leaves, open);
            }
            open = (enters === undefined ? undefined : parked.get(enters)) ?? own.delegated?.[delegation] ?? false;
            continue;
        }
        const handover = handoverOf(policy, event);
        open = handover?.delegation === delegation ? handover.opens : open;
    }
    return open;
}

/** The event of a delegate that returns its work; undefined if nobody can delegate to it. */
export function endOfDelegationTo(policy: Policy, delegate: number): number | undefined {
    const index = policy.outsideEvents.findIndex(
        (event) => event.special === 'end of delegation' && event.delegate === delegate
    );
    return index < 0 ? undefined : index;
}
