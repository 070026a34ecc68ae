/**
 * The state that sessions share: the history that is read across sessions, and the labels of servers that store (M15,
 * M19).
 */
import type { Policy } from '../policy/policy.js';
import type { Memory, Resumption } from './memory.js';

/** True if an event in one session can influence a decision in another. */
export function sharesSessions({ monitors, recorders = [], tools }: Policy): boolean {
    return [...monitors, ...recorders].some(({ across }) => across) || tools.some(({ stores }) => stores !== undefined);
}

/**
 * The memory of a session, with the part that all sessions share replaced from another memory. Everything else,
 * including labels, modes, delegations and provenance, belongs to the session, unless it is marked as kept.
 */
export function withShared(policy: Policy, memory: Memory, own: Memory): Memory {
    const { monitors, recorders = [], machines = [], sources = [] } = policy;
    const kept = <T>(shared: readonly T[], now: readonly T[], of: readonly { readonly across?: boolean }[]): T[] =>
        now.map((state, index) => (of[index]!.across === true ? shared[index]! : state));
    return {
        ...own,
        monitors: kept(memory.monitors, own.monitors, monitors),
        keyed: kept(memory.keyed, own.keyed, monitors),
        ...(memory.records && own.records && { records: kept(memory.records, own.records, recorders) }),
        ...(memory.stored && { stored: memory.stored }),
        ...(memory.storedReceived && { storedReceived: memory.storedReceived }),
        labels: keptLabels(policy, memory.labels, own.labels),
        ...(memory.received && own.received && { received: keptLabels(policy, memory.received, own.received) }),
        ...(memory.machines && own.machines && { machines: kept(memory.machines, own.machines, machines) }),
        ...(memory.given && own.given && { given: kept(memory.given, own.given, sources) }),
        parked: memory.parked
    };
}

/** The memory from the place at which another session continues. */
export function resumed(policy: Policy, memory: Memory, { leaves, enters, own }: Resumption): Memory {
    const parked = new Map(memory.parked);
    if (leaves !== undefined) {
        parked.set(leaves, { ...memory, parked: undefined });
    }
    const next = (enters === undefined ? undefined : parked.get(enters)) ?? own;
    if (enters !== undefined) {
        parked.delete(enters);
    }
    return { ...withShared(policy, memory, next), parked };
}

/** The label bits of each agent, with kept labels unchanged. */
function keptLabels({ labels }: Policy, before: readonly number[], now: readonly number[]): readonly number[] {
    const kept = labels.reduce((bits, { across }, label) => (across ? bits | (1 << label) : bits), 0);
    return now.map((bits, agent) => (bits & ~kept) | (before[agent]! & kept));
}
