/**
 * The input of conditions. Every field is present, so that all objects have the same shape, which engines read and copy
 * fastest.
 */
import type { Call, HistoryEvent, Memory } from '../memory/memory.js';
import type { Arguments, Reading, Value } from '../policy/policy.js';
import type { ShellCommand } from '../values/shell-commands.js';

/** An approval that is valid now: who gave it, and the rule that it answers. */
export interface GivenApproval {
    readonly human: number;
    readonly rule: number;
    /**
     * The arguments of the approved call, if the approval was given `per K`; undefined if it is for exactly this call.
     */
    readonly of?: Arguments;
}

/** The situation in which a condition is evaluated. */
export interface Situation {
    readonly call: Call;
    readonly memory: Memory;
    /** The second of the decision. */
    readonly time: number;
    readonly approvals: readonly GivenApproval[];
    /** Inside `where`, the event's result, and the call that is being decided. */
    readonly result?: Arguments | undefined;
    readonly decided?: Situation | undefined;
    readonly readings?: readonly Reading[] | undefined;
    readonly constants?: Arguments | undefined;
    readonly request?: Arguments | undefined;
    /** The number of seconds from 1970-01-01T00:00Z to the decision; undefined if the clock cannot be read. */
    readonly epoch?: number | undefined;
    /**
     * The agent whose labels count when a delegate's call is decided for its principals (M16); undefined for the
     * caller.
     */
    readonly carrier?: number | undefined;
    /** The current elements of the enclosing quantifiers. */
    readonly elements?: readonly (Value | ShellCommand)[] | undefined;
}

/** The data of a session that a decision reads. */
interface Moment {
    readonly settled: Memory;
    readonly time: number;
    readonly constants?: Arguments | undefined;
    readonly request?: Arguments | undefined;
    readonly epoch?: number | undefined;
}

/**
 * The situation of a call that is decided now.
 *
 * @param asked uses the settled memory and no approvals, unless it states otherwise
 */
export function situationIn(
    state: Moment,
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
        carrier: undefined,
        elements: undefined
    };
}

/** The number of seconds since 1970-01-01T00:00Z; undefined if the clock cannot be read. */
export function epochNow({ epoch, time }: Pick<Moment, 'epoch' | 'time'>): number | undefined {
    return epoch === undefined ? undefined : epoch + time;
}

/**
 * The situation of an event for the conditions inside `where` and for those on a result.
 * @param memory the history before the event
 */
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
        carrier: undefined,
        elements: undefined
    };
}

const NO_APPROVALS: Situation['approvals'] = [];
