/** Begins consecutive sessions (M19): computes what a session carries over from earlier ones. */
import type { Mutable } from '../memory/copies.js';
import { initialMemory, remember } from '../events/effects.js';
import type { Arguments, Policy } from '../policy/policy.js';
import type { SessionState } from './session.js';
import type { HistoryEvent, Memory, Resumption } from '../memory/memory.js';
import { withShared } from '../memory/across-sessions.js';
import { goOn } from './timeline.js';
import { readableArguments } from '../values/values.js';

/**
 * The history that is read across sessions, and the labels of servers that store (M15). Everything else, including
 * labels, modes, delegations and provenance, is reset to its initial value, unless it is marked as kept.
 *
 * @param began the second at which the session begins
 */
export function keptAcrossSessions(policy: Policy, memory: Memory, began: number): Memory {
    return withShared(policy, memory, initialMemory(policy, began));
}

/**
 * Continues with another session: at its place in the history if running calls may decide what it sees, otherwise
 * immediately. The parts that belong to one session (`held`, `running` and others) are not changed.
 */
export function resume(policy: Policy, next: Mutable<SessionState>, resumes: Resumption): void {
    const place: HistoryEvent = { id: -1, outside: -1, time: next.time, resumes };
    if (next.unsettled.length > 0) {
        next.unsettled = next.unsettled.with(policy, place);
        return;
    }
    next.settled = remember(policy, next.settled, place);
    if (next.log) {
        goOn(policy, next, place);
    }
}

/** The constants that fit their declaration; all others are unknown. */
export function readableConstants({ sessionConstants = [] }: Policy, constants: Arguments): Arguments {
    return readableArguments(
        sessionConstants.map(({ name, type }) => ({ name, type, optional: true })),
        constants
    );
}
