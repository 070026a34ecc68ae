/** What conditions are asked of. Every field is there, so that all have the same shape: engines read and copy such fastest. */
import type { Situation } from './evaluate.js';
import type { HistoryEvent, Memory, SessionState } from './session.js';

/**
 * A call that is decided now.
 *
 * @param asked its memory is the settled one, and it has no approvals, unless it says otherwise
 */
export function situationIn(
    state: SessionState,
    {
        call,
        memory = state.settled,
        approvals = NO_APPROVALS,
        readings
    }: Pick<Situation, 'call' | 'readings'> & Partial<Pick<Situation, 'memory' | 'approvals'>>
): Situation {
    return {
        call,
        memory,
        time: state.time,
        approvals,
        result: undefined,
        decided: undefined,
        readings,
        constants: state.constants,
        request: state.request,
        epoch: epochNow(state),
        carrier: undefined
    };
}

/** Seconds since 1970-01-01T00:00Z; undefined: the clock cannot be read. */
export function epochNow({ epoch, time }: SessionState): number | undefined {
    return epoch === undefined ? undefined : epoch + time;
}

/** An event as the conditions inside `where`, and those on a result, ask about it; `memory` is the history before it. */
export function situationAt(event: HistoryEvent, memory: Memory): Situation {
    const isCall = event.outside === undefined;
    return {
        call: isCall ? event.call : { agent: event.agent ?? -1, tool: -1, args: event.args ?? {} },
        memory,
        time: event.time,
        approvals: isCall && event.approvers ? event.approvers.map((human) => ({ human, rule: -1 })) : NO_APPROVALS,
        result: isCall ? event.result : undefined,
        decided: undefined,
        readings: event.readings,
        constants: isCall ? event.session : undefined,
        request: isCall ? event.request : undefined,
        epoch: event.epoch,
        carrier: undefined
    };
}

const NO_APPROVALS: Situation['approvals'] = [];
