/** Finds the tools that the rules of a policy grant, always deny or hold, for all calls and histories. */
import { confirmedTools } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { Gathered, perList } from '../files/gathered.js';
import type { Inventory } from '../names/inventory.js';
import { broughtBy } from './instances.js';
import { eventTools } from '../names/selectors.js';

/** The rules of the file itself. */
export const OWN_ALLOWS = new Gathered((statement) => (ast.isAllow(statement) ? [statement] : []));

/** The rules of a policy, with those of its packs and modes. */
export const ALLOWS = statementsWhere(ast.isAllow);
export const APPROVAL_RULES = statementsWhere(ast.isRequireApproval);

function statementsWhere<T extends ast.Element | ast.PackElement>(
    is: (statement: ast.Element | ast.PackElement) => statement is T
): Gathered<T, [Inventory]> {
    return new Gathered((statement, inventory) => broughtBy(statement, inventory).filter(is));
}

/** The tools that some `allow` grants, regardless of conditions. */
export const GRANTED = new Gathered<ast.Tool, [Inventory]>((statement, inventory) =>
    broughtBy(statement, inventory)
        .filter(ast.isAllow)
        .flatMap((allow) => allowedTools(allow, inventory))
);

/** The tools that some `require approval` may hold. */
export const HOLDABLE = new Gathered<ast.Tool, [Inventory]>((statement, inventory) =>
    broughtBy(statement, inventory)
        .filter(ast.isRequireApproval)
        .flatMap((rule) => eventTools(rule.subjects, inventory))
);

/** An event that a `deny` forbids without a condition, and the tools that it selects. */
export interface ClosedEvent {
    readonly event: ast.Event;
    readonly tools: readonly ast.Tool[];
}

export const CLOSED = new Gathered<ClosedEvent, [Inventory]>((statement, inventory) =>
    broughtBy(statement, inventory)
        .filter(ast.isDeny)
        .filter((deny) => !deny.when && !deny.unless && !deny.audit && !ast.isMode(deny.$container))
        .flatMap((deny) => deny.subjects)
        .filter((event) => !isNarrowed(event))
        .map((event) => ({ event, tools: eventTools([event], inventory) }))
);

export function allowedTools(allow: ast.Allow, inventory: Inventory): ast.Tool[] {
    return [...new Set(allow.subjects.flatMap((event) => confirmedTools(event, inventory)))];
}

/** The same set for the same list. */
export const toolSet = perList((tools: readonly ast.Tool[]): ReadonlySet<ast.Tool> => new Set(tools));

/** True if `by` covers everyone in `agents`; an undefined `by` covers everyone. */
export function covers(by: ast.Caller | undefined, agents: ast.Caller | undefined): boolean {
    if (!by || by.any) {
        return true;
    }
    const named = new Set(by.agents.map((agent) => agent.ref));
    return agents !== undefined && !agents.any && agents.agents.every((agent) => named.has(agent.ref));
}

/** True if both cover some common agent. */
export function overlap(a: ast.Caller | undefined, b: ast.Caller | undefined): boolean {
    if (!a || !b || a.any || b.any) {
        return true;
    }
    const named = new Set(a.agents.map((agent) => agent.ref));
    return b.agents.some((agent) => named.has(agent.ref));
}

/**
 * True if the author meant only some calls of the tools, although the subject of a rule cannot express this (GR401).
 */
function isNarrowed(event: ast.Event): boolean {
    return event.status !== undefined || event.listed || event.where !== undefined;
}
