/**
 * The state of one session: what the decision procedure remembers, and the events that change it. Immutable plain
 * data; `advance` makes the next state.
 */
import type { CallList } from './call-list.js';
import type { EventLog, View } from './event-log.js';
import type { Lapses } from './lapses.js';
import type { Arguments, Outcome, Reading } from './policy.js';
import type { Given } from './provenance.js';
import type { RecordState } from './records.js';
import type { Unsettled } from './unsettled.js';
import type { VersionedMap } from './versioned-map.js';

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
    /** For each server that stores (`storesOf`) the bits of the labels of what was written to it; absent: none does. */
    readonly stored?: readonly number[] | undefined;
    /** The same of the labels that its writers had ever received. */
    readonly storedReceived?: readonly number[] | undefined;
    /** The same of those that it ever carried. Absent: no label was ever cleared. */
    readonly received?: readonly number[] | undefined;
    /** For each machine its state: one for each agent where it is per agent (M18). Absent: there are none. */
    readonly machines?: readonly (readonly MachineState[])[] | undefined;
    /** For each of the policy's delegations whether it is open (M16). Absent: none can be. */
    readonly delegated?: readonly boolean[] | undefined;
    /** For each provenance source what it gave (M14); absent: the policy names no source. */
    readonly given?: readonly Given[] | undefined;
    /** One for each recorder; absent: the policy has none. */
    readonly records?: readonly RecordState[] | undefined;
    /** Of sessions that have places after this one and do not go on here: their memories, by name; absent: there are none. */
    readonly parked?: ReadonlyMap<string, Memory> | undefined;
}

/** Every mode that the machine may be in: one, unless an event that would have moved it may have failed. */
export type MachineState = readonly Place[];

export interface Place {
    readonly mode: number;
    /** The second of its entry. */
    readonly since: number;
}

/**
 * The cells of a monitor, each of one kind (`cells.ts`): a truth value, a number of events, or the second of a place in
 * the history (`NONE` if there is none). One such group for each agent where the monitor is per agent.
 */
export type MonitorState = readonly number[];

/** By the canonical text of the values of the keys; empty for a monitor without keys. */
export type KeyedState = VersionedMap<MonitorState>;

export interface Approval {
    readonly human: number;
    /** Index of the rule that the approval answers. */
    readonly rule: number;
    /** Seconds since the start of the session. It serves while `time <= until`. */
    readonly at: number;
    readonly until: number;
}

/** An approval `per K`: it serves every call of that agent and tool with the same keys, and is not used up (M5). */
export interface StandingApproval {
    readonly human: number;
    /** Index of the rule that it answers. */
    readonly rule: number;
    /** The call that was approved. */
    readonly call: Call;
    /** The canonical text of the values of K. */
    readonly keys: string;
    /** It serves while `time <= until`. */
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
    /** Whether its end may change something, so that the history after it waits for that. */
    readonly isAwaited: boolean;
}

export type HistoryEvent = CallEvent | OutsideOccurrence;

/** An outside event at its place in the history. */
export interface OutsideOccurrence {
    readonly id: -1;
    readonly outside: number;
    readonly time: number;
    readonly args?: Arguments;
    /** Of a special event that is some agent's. */
    readonly agent?: number;
    /** It is unknown whether it happened. */
    readonly perhaps?: boolean;
    /** What the signals said when it happened. */
    readonly readings?: readonly Reading[];
    /** Seconds since 1970-01-01T00:00Z of this place; absent: the clock could not be read. */
    readonly epoch?: number;
    /** It is no event (`outside` is -1): the places after it are of another session. */
    readonly resumes?: Resumption;
}

/** Sessions of one gateway take turns in one history, as far as they share it. */
export interface Resumption {
    /** The name of the session that the places before are of; absent: it is over. */
    readonly leaves?: string;
    readonly enters?: string;
    /** The memory with which the session goes on, unless it has places that are not settled yet. */
    readonly own: Memory;
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
    /** At the place of an answer, the human; all the flags above are false there. */
    readonly approvedBy?: number;
    readonly refusedBy?: number;
    /** The requirements that the human answers (`Rule.answeredAs`), where a search keeps that as history. */
    readonly answered?: readonly number[];
    /** At the release of a held call, the humans who approved that very call; absent: none. */
    readonly approvers?: readonly number[] | undefined;
    /** The outcome is only supposed: the call runs still (M2). */
    readonly supposed?: true;
    /** It ran at the moment that is asked about; how it ended is known from later. */
    readonly ranThen?: true;
    /** Absent while the call runs, and for a call that was not released. */
    readonly outcome?: Outcome | undefined;
    /** Of an answer that is no error; absent: it cannot be read. */
    readonly result?: Arguments | undefined;
    /** The host knows that it succeeded, whatever the result shows of that. */
    readonly confirmed?: boolean | undefined;
    /** Of a call that runs, where an end of it is tried: the conditional labels that the answer shows not to be read. */
    readonly shownFalse?: readonly number[];
    /** The constants of the session that it is part of; absent: unknown. */
    readonly session?: Arguments | undefined;
    /** What the signals said when it was decided, and of its result. */
    readonly readings?: readonly Reading[] | undefined;
    /** What the user had said last. */
    readonly request?: Arguments | undefined;
    /** Seconds since 1970-01-01T00:00Z of this place; absent: the clock could not be read. */
    readonly epoch?: number | undefined;
}

export interface SessionState {
    /** Whole seconds since the start; never decreases. */
    readonly time: number;
    /** Calls seen so far; the next call's id. */
    readonly calls: number;
    /** The history up to the first release that has not ended and whose end may change something. */
    readonly settled: Memory;
    /** From there on: replayed when a call ends, because its place is that of its release (M1). */
    readonly unsettled: Unsettled;
    readonly held: CallList<HeldCall>;
    /** When they lapse; absent: none does. */
    readonly lapses?: Lapses | undefined;
    /** Approvals `per K`; absent: none. */
    readonly approvals?: readonly StandingApproval[] | undefined;
    readonly running: CallList<RunningCall>;
    /** The session's constants that are known. */
    readonly constants?: Arguments | undefined;
    /** What the user said last. */
    readonly request?: Arguments | undefined;
    /** Seconds since 1970-01-01T00:00Z at second 0; absent: the clock cannot be read. */
    readonly epoch?: number | undefined;
    /** The second at which this session began; absent: 0. */
    readonly began?: number | undefined;
    /** For each held call, by its number, the settled memory without its own attempt; absent where no pattern could see it. */
    readonly views: VersionedMap<View>;
    /** The end of the settled history, where a view is kept; absent: none is. */
    readonly log?: EventLog | undefined;
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

/** How a released call ended. */
export interface Answer {
    readonly outcome: Outcome;
    readonly result?: Arguments;
    /** It is known to have succeeded, though its result may not be known. */
    readonly confirmed?: boolean;
    /** What the signals say of it, before what they said at the decision. */
    readonly readings?: readonly Reading[];
    /** What is asked then is asked of the moment before: for that, the call runs still. */
    readonly ranThen?: true;
}

/** What can happen in a session. */
export type SessionEvent =
    | {
          readonly kind: 'call';
          readonly call: Call;
          readonly decision: Decision;
          readonly readings?: readonly Reading[] | undefined;
          /** It was allowed and has ended so, before anything else happened: the same as its end told next. */
          readonly answer?: Answer | undefined;
      }
    | ({ readonly kind: 'end'; readonly id: number } & Answer)
    | { readonly kind: 'approve' | 'refuse'; readonly id: number; readonly human: number }
    | {
          readonly kind: 'outside';
          readonly event: number;
          readonly args?: Arguments;
          readonly readings?: readonly Reading[];
      }
    /** The user says something: the typed request, its `text` too. */
    | { readonly kind: 'says'; readonly request: Arguments; readonly readings?: readonly Reading[] }
    /** A delegate gives the work back: `to` is who delegated it. */
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    /** This session ends and another begins, with these constants. What runs still is lost to it. */
    | { readonly kind: 'session'; readonly constants: Arguments }
    /** What the clock shows now, in seconds since 1970-01-01T00:00Z. */
    | { readonly kind: 'clock'; readonly epoch: number }
    | { readonly kind: 'time'; readonly to: number };
