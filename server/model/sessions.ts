/** Sessions one after the other (M19): what another session knows of those before it. */
import { initialMemory } from './monitors.js';
import type { Arguments, Policy } from './policy.js';
import type { Memory } from './session.js';
import { readableArguments } from './values.js';

/**
 * The history of what reads across sessions, and the labels of servers that store (M15). All else, labels, modes,
 * delegations and provenance too, is as at the start, unless it is marked as kept.
 *
 * @param began the second at which the session begins
 */
export function keptAcross(policy: Policy, memory: Memory, began: number): Memory {
    const fresh = initialMemory(policy, began);
    const { monitors, recorders = [], machines = [], sources = [] } = policy;
    const kept = <T>(before: readonly T[], now: readonly T[], of: readonly { readonly across?: boolean }[]): T[] =>
        now.map((state, index) => (of[index]!.across === true ? before[index]! : state));
    return {
        ...fresh,
        monitors: kept(memory.monitors, fresh.monitors, monitors),
        keyed: kept(memory.keyed, fresh.keyed, monitors),
        ...(memory.records && fresh.records && { records: kept(memory.records, fresh.records, recorders) }),
        ...(memory.stored && { stored: memory.stored }),
        ...(memory.storedReceived && { storedReceived: memory.storedReceived }),
        labels: keptLabels(policy, memory.labels, fresh.labels),
        ...(memory.received && fresh.received && { received: keptLabels(policy, memory.received, fresh.received) }),
        ...(memory.machines && fresh.machines && { machines: kept(memory.machines, fresh.machines, machines) }),
        ...(memory.given && fresh.given && { given: kept(memory.given, fresh.given, sources) })
    };
}

/** The bits of each agent, those of the labels that are kept as they were. */
function keptLabels({ labels }: Policy, before: readonly number[], now: readonly number[]): readonly number[] {
    const kept = labels.reduce((bits, { across }, label) => (across ? bits | (1 << label) : bits), 0);
    return now.map((bits, agent) => (bits & ~kept) | (before[agent]! & kept));
}

/** The constants that fit their declaration; the others are unknown. */
export function readableConstants({ sessionConstants = [] }: Policy, constants: Arguments): Arguments {
    return readableArguments(
        sessionConstants.map(({ name, type }) => ({ name, type, optional: true })),
        constants
    );
}
