/** The tools that the rules of a policy grant, always deny or hold, for all calls and histories. */
import { confirmedTools } from './conditions.js';
import type { Allow, Caller, Event, PolicyFile, RequireApproval, Tool } from './generated/ast.js';
import * as ast from './generated/ast.js';
import type { Inventory } from './inventory.js';
import { statementsWithPacks } from './packs/instances.js';
import { eventTools } from './selectors.js';

/** The tools that some `allow` grants, regardless of conditions. */
export function grantedTools(file: PolicyFile, inventory: Inventory): Set<Tool> {
    return new Set(
        statementsWithPacks(file, inventory)
            .filter(ast.isAllow)
            .flatMap((allow) => allowedTools(allow, inventory))
    );
}

export function allowedTools(allow: Allow, inventory: Inventory): Tool[] {
    return [...new Set(allow.subjects.flatMap((event) => confirmedTools(event, inventory)))];
}

/** The tools that some `require approval` may hold. */
export function holdableTools(file: PolicyFile, inventory: Inventory): Set<Tool> {
    return new Set(
        statementsWithPacks(file, inventory)
            .filter(ast.isRequireApproval)
            .flatMap((rule: RequireApproval) => eventTools(rule.subjects, inventory))
    );
}

/** The events that a `deny` forbids without a condition, and the tools that each selects. */
export function closedEvents(file: PolicyFile, inventory: Inventory): { event: Event; tools: Tool[] }[] {
    return statementsWithPacks(file, inventory)
        .filter(ast.isDeny)
        .filter((deny) => !deny.when && !deny.unless && !deny.audit && !ast.isMode(deny.$container))
        .flatMap((deny) => deny.subjects)
        .filter((event) => !isNarrowed(event))
        .map((event) => ({ event, tools: eventTools([event], inventory) }));
}

/** True if `by` covers everyone in `agents`; an absent `by` covers everyone. */
export function covers(by: Caller | undefined, agents: Caller | undefined): boolean {
    if (!by || by.any) {
        return true;
    }
    const named = new Set(by.agents.map((agent) => agent.ref));
    return agents !== undefined && !agents.any && agents.agents.every((agent) => named.has(agent.ref));
}

/** True if both cover some common agent. */
export function overlap(a: Caller | undefined, b: Caller | undefined): boolean {
    if (!a || !b || a.any || b.any) {
        return true;
    }
    const named = new Set(a.agents.map((agent) => agent.ref));
    return b.agents.some((agent) => named.has(agent.ref));
}

/**
 * True if the author meant only some calls of the tools, although the subject of a rule cannot express this (GR401).
 */
function isNarrowed(event: Event): boolean {
    return event.status !== undefined || event.listed || event.where !== undefined;
}
