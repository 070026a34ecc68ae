/**
 * Copies of what nobody changes, to be changed before anyone else has them. They are written out field by field: a session is a
 * chain of copies, and in the V8 of Node 20 each copy of a copy by `...` is of a hidden class of its own, which makes all of
 * them slow.
 */
import type { Memory, SessionState } from './session.js';

export type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** Every field has to be there. */
type Whole<T> = { -readonly [Field in keyof T]-?: T[Field] };

export function copyOfState(state: SessionState): Mutable<SessionState> {
    const copy: Whole<SessionState> = {
        time: state.time,
        calls: state.calls,
        settled: state.settled,
        unsettled: state.unsettled,
        held: state.held,
        lapses: state.lapses,
        approvals: state.approvals,
        running: state.running,
        constants: state.constants,
        request: state.request,
        epoch: state.epoch,
        began: state.began,
        views: state.views,
        log: state.log
    };
    return copy;
}

export function copyOfMemory(memory: Memory): Mutable<Memory> {
    const copy: Whole<Memory> = {
        monitors: memory.monitors,
        keyed: memory.keyed,
        labels: memory.labels,
        received: memory.received,
        machines: memory.machines,
        delegated: memory.delegated,
        given: memory.given,
        stored: memory.stored,
        storedReceived: memory.storedReceived,
        records: memory.records,
        parked: memory.parked
    };
    return copy;
}
