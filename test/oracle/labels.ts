/** Computes the labels that an agent carries from all events (M15 and M16). */
import type { Tool } from '../../server/model/policy/policy.js';
import { every, known, type Answer } from './answer.js';
import { answer } from './conditions.js';
import { hasSucceeded, isOne } from './events.js';
import { endingOf, viewOfEvent, type Entry, type View } from './view.js';

/** @param ever true to include labels that were cleared since */
export function carries(label: number, view: View, ever: boolean): Answer {
    return known(holdersOf(label, view, ever).agents.has(view.caller ?? view.call.agent));
}

/** The agents that have the label, and the servers that return it. */
export function holdersOf(
    label: number,
    view: View,
    ever: boolean
): { readonly agents: ReadonlySet<number>; readonly stores: ReadonlySet<string> } {
    const agents = new Set<number>();
    const stores = new Set<string>();
    for (const entry of view.entries.filter(({ position }) => position < view.before)) {
        if (entry.kind === 'session') {
            agents.clear();
        } else if (entry.kind === 'return') {
            pass(agents, entry.from as number, entry.to as number);
        } else if (entry.kind === 'release') {
            const tool = view.policy.tools[entry.call.tool] as Tool;
            const { agent } = entry.call;
            const givesBack = tool.stores !== undefined && stores.has(tool.stores);
            // A call writes unless it is known to be `readonly` (M15).
            if (tool.stores !== undefined && tool.traits['readonly'] !== 2 && agents.has(agent)) {
                stores.add(tool.stores);
            }
            if (!ever && tool.clears.includes(label) && hasSucceeded(entry, view) === 'yes') {
                agents.delete(agent);
            }
            if ((givesBack || brings(tool, label, entry, view)) && !isWithheld(entry, view)) {
                agents.add(agent);
            }
            if (tool.delegatesTo !== undefined) {
                pass(agents, agent, tool.delegatesTo);
            }
        }
    }
    return { agents, stores };
}

/** A number that no call has. */
const NOBODY = -2;

/**
 * True if the rule about the result matches, or may match; without an answer there is nothing to withhold (M15). That is
 * so for everybody, whatever a decision leaves out of the history.
 */
export function isWithheld(entry: Entry, view: View): boolean {
    const { policy } = view;
    return (
        endingOf(entry.id, view).outcome === 'success' &&
        policy.rules.some(
            (rule) =>
                rule.kind === 'withhold' &&
                rule.audit !== true &&
                every([
                    isOne(policy, rule.subject, entry.call, entry.call.agent),
                    answer(rule.when, viewOfEvent(entry, { ...view, own: NOBODY }))
                ]) !== 'no'
        )
    );
}

function brings(tool: Tool, label: number, entry: Entry, view: View): boolean {
    const conditions = (tool.conditionalReads ?? []).filter(({ labels }) => labels.includes(label));
    return tool.reads.includes(label) || conditions.some(({ when }) => answer(when, viewOfEvent(entry, view)) !== 'no');
}

function pass(agents: Set<number>, from: number, to: number): void {
    if (agents.has(from)) {
        agents.add(to);
    }
}
