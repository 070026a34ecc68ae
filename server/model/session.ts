/**
 * The state of one session: what the decision procedure remembers, and the events that change it. Immutable plain
 * data; `advance` makes the next state.
 */
import type { Arguments, Outcome } from './policy.js';

export interface Call {
    readonly agent: number;
    /** Index into `Policy.tools`. */
    readonly tool: number;
    /** Complete: defaults are filled in, so that equal calls have equal arguments (M7). */
    readonly args: Arguments;
}

/** What conditions over the history read, once every call before has ended. */
export interface Memory {
    /** One value for each monitor; for a monitor per agent, one for each agent. */
    readonly monitors: readonly MonitorState[];
    /** Of a monitor with keys, `monitors` has the cells for values that were not seen; those of the others are here. */
    readonly keyed: readonly KeyedState[];
    /** For each agent the bits of the labels it carries. */
    readonly labels: readonly number[];
}

/**
 * The cells of a monitor, each of one kind (`cells.ts`): a truth value, a number of events, or the second of a place in
 * the history (`NONE` if there is none). One such group for each agent where the monitor is per agent.
 */
export type MonitorState = readonly number[];

/** By the canonical text of the values of the keys; empty for a monitor without keys. */
export type KeyedState = ReadonlyMap<string, MonitorState>;

export interface Approval {
    readonly human: number;
    /** Index of the rule that the approval answers. */
    readonly rule: number;
    /** Seconds since the start of the session. It serves while `time <= until`. */
    readonly at: number;
    readonly until: number;
}

/** A call that waits for a human (M4-M7). */
export interface HeldCall {
    readonly id: number;
    readonly call: Call;
    readonly since: number;
    /** The hold lapses when `time > until`. */
    readonly until: number;
    /** The requirements that were unsatisfied when it was last decided. */
    readonly requirements: readonly number[];
    readonly approvals: readonly Approval[];
}

/** A released call that has not ended. */
export interface RunningCall {
    readonly id: number;
    readonly call: Call;
    readonly released: number;
}

export type HistoryEvent = CallEvent | OutsideOccurrence;

/** An outside event at its place in the history. */
export interface OutsideOccurrence {
    readonly id: -1;
    readonly outside: number;
    readonly time: number;
}

/** One place in the history. A call that is allowed at once is attempted and released at one place (M1). */
export interface CallEvent {
    readonly outside?: never;
    /** The call's number in the session: its own attempt and hold are left out when it is decided (M4). */
    readonly id: number;
    readonly call: Call;
    readonly time: number;
    readonly attempted: boolean;
    readonly denied: boolean;
    readonly held: boolean;
    readonly released: boolean;
    /** Absent while the call runs, and for a call that was not released. */
    readonly outcome?: Outcome;
}

export interface SessionState {
    /** Whole seconds since the start; never decreases. */
    readonly time: number;
    /** Calls seen so far; the next call's id. */
    readonly calls: number;
    /** The history up to the first release that has not ended. */
    readonly settled: Memory;
    /** From there on: replayed when a call ends, because its place is that of its release (M1). */
    readonly unsettled: readonly HistoryEvent[];
    readonly held: readonly HeldCall[];
    readonly running: readonly RunningCall[];
    /** For each held call the settled memory without its own attempt; absent where no pattern could see it. */
    readonly views: { readonly [heldId: number]: Memory };
}

export type DecisionKind = 'allowed' | 'denied' | 'held';

/** Why a call was denied, told apart (M4). */
export type DecidedBy = 'rule' | 'default' | 'unknown' | 'inventory';

export interface Decision {
    readonly kind: DecisionKind;
    readonly by: DecidedBy;
    /**
     * Indices of the rules that decided: those that denied; those that ask for an approval that is missing; those
     * that allowed. Empty by default and by inventory.
     */
    readonly rules: readonly number[];
    /** What the arguments break, when denied by inventory. */
    readonly problem?: string;
}

/** The decision depends on how these calls will end, and is made then (M2). */
export interface Waiting {
    readonly kind: 'waits';
    readonly on: readonly number[];
}

/** What can happen in a session. */
export type SessionEvent =
    | { readonly kind: 'call'; readonly call: Call; readonly decision: Decision }
    | { readonly kind: 'end'; readonly id: number; readonly outcome: Outcome }
    | { readonly kind: 'approve' | 'refuse'; readonly id: number; readonly human: number }
    | { readonly kind: 'outside'; readonly event: number }
    | { readonly kind: 'time'; readonly to: number };
