/** Sessions one after the other (M19): what another session knows of those before it. */
import { initialMemory } from './monitors.js';
import type { Arguments, Policy } from './policy.js';
import type { Memory } from './session.js';
import { readableArguments } from './values.js';

/**
 * The history of what reads across sessions, and the labels of servers that store (M15). All else, labels, modes,
 * delegations and provenance too, is as at the start.
 *
 * @param began the second at which the session begins
 */
export function keptAcross(policy: Policy, memory: Memory, began: number): Memory {
    const fresh = initialMemory(policy, began);
    const { monitors, recorders = [] } = policy;
    const kept = <T>(before: readonly T[], now: readonly T[], of: readonly { readonly across?: boolean }[]): T[] =>
        now.map((state, index) => (of[index]!.across === true ? before[index]! : state));
    return {
        ...fresh,
        monitors: kept(memory.monitors, fresh.monitors, monitors),
        keyed: kept(memory.keyed, fresh.keyed, monitors),
        ...(memory.records && fresh.records && { records: kept(memory.records, fresh.records, recorders) }),
        ...(memory.stored && { stored: memory.stored })
    };
}

/** The constants that fit their declaration; the others are unknown. */
export function readableConstants({ sessionConstants = [] }: Policy, constants: Arguments): Arguments {
    return readableArguments(
        sessionConstants.map(({ name, type }) => ({ name, type, optional: true })),
        constants
    );
}
