/**
 * The memory of a session: its events, and the data that conditions over the history read. It is immutable plain data,
 * and in one file because an event can carry a memory: where sessions take turns, the memory of one of them.
 */
import type { Amount } from '../values/amounts.js';
import type { Arguments, Condition, Outcome, Reading, Recorder } from '../policy/policy.js';
import type { GivenValues } from './provenance.js';
import type { Sequence } from '../collections/sequence.js';
import type { TextMap } from '../collections/text-map.js';
import type { Truth } from '../policy/truth.js';
import type { VersionedMap } from '../collections/versioned-map.js';

export interface Call {
    readonly agent: number;
    /** The index in `Policy.tools`. */
    readonly tool: number;
    /** The arguments with defaults filled in, so that equal calls have equal arguments (M7). */
    readonly args: Arguments;
}

/** The history that conditions read once every earlier call has ended. */
export interface Memory {
    /** One value for each monitor; for a monitor per agent, one for each agent. */
    readonly monitors: readonly MonitorState[];
    /** For a monitor with keys, `monitors` has the cells of unseen values; the cells of seen values are here. */
    readonly keyed: readonly KeyedState[];
    /** For each agent, the bits of the labels that it carries. */
    readonly labels: readonly number[];
    /**
     * For each server that stores (`storesOf`), the bits of the labels of what was written to it; undefined if no
     * server stores.
     */
    readonly stored?: readonly number[] | undefined;
    /** The same for the labels that its writers had ever received. */
    readonly storedReceived?: readonly number[] | undefined;
    /** The same for the labels that the agent ever carried; undefined if no label was ever cleared. */
    readonly received?: readonly number[] | undefined;
    /**
     * For each machine, its states: one for each agent if the machine is per agent (M18). Undefined if there are no
     * machines.
     */
    readonly machines?: readonly (readonly MachineState[])[] | undefined;
    /** For each of the policy's delegations, true if it is open (M16). Undefined if none can be open. */
    readonly delegated?: readonly boolean[] | undefined;
    /** For each provenance source, the values that it gave (M14); undefined if the policy names no source. */
    readonly given?: readonly GivenValues[] | undefined;
    /** The state of each recorder; undefined if the policy has none. */
    readonly records?: readonly RecordState[] | undefined;
    /**
     * The memories, by name, of sessions that have later places but do not continue here; undefined if there are none.
     */
    readonly parked?: ReadonlyMap<string, Memory> | undefined;
}

/**
 * Every mode that the machine may be in. There is more than one only if an event that would have moved the machine may
 * have failed.
 */
export type MachineState = readonly Place[];

export interface Place {
    readonly mode: number;
    /** The second at which the mode was entered. */
    readonly since: number;
}

/**
 * The cells of a monitor, each of one kind (`conditions/within.ts`): a truth value, a number of events, or the second of a place in
 * the history (`NONE` if there is none). A monitor per agent has one such group for each agent.
 */
export type MonitorState = readonly number[];

/** The state by the canonical text of the key values; empty for a monitor without keys. */
export type KeyedState = VersionedMap<MonitorState>;

/** A released call that has not ended yet. */
export interface RunningCall {
    readonly id: number;
    readonly call: Call;
    readonly released: number;
    /** True if the end of the call may change something, so that the history after the call waits for its end. */
    readonly isAwaited: boolean;
}

export type HistoryEvent = CallEvent | OutsideOccurrence;

/** An outside event at its place in the history. */
export interface OutsideOccurrence {
    readonly id: -1;
    readonly outside: number;
    readonly time: number;
    readonly args?: Arguments;
    /** The agent of a special event that belongs to one. */
    readonly agent?: number;
    /** True if the event may not have happened. */
    readonly perhaps?: boolean;
    /** The values of the signals at the event. */
    readonly readings?: readonly Reading[];
    /** The number of seconds from 1970-01-01T00:00Z to this place; undefined if the clock could not be read. */
    readonly epoch?: number;
    /** If set, this is not an event (`outside` is -1): the places after it belong to another session. */
    readonly resumes?: Resumption;
}

/**
 * The change from one session to another. Sessions of one gateway interleave in one history, for the part that they
 * share.
 */
export interface Resumption {
    /** The name of the session that the places before belong to; undefined if that session is over. */
    readonly leaves?: string;
    readonly enters?: string;
    /** The memory with which the session continues, unless it has places that are not settled yet. */
    readonly own: Memory;
}

/** One place in the history. A call that is allowed at once is attempted and released at one place (M1). */
export interface CallEvent {
    readonly outside?: never;
    /** The number of the call in the session: its own attempt and hold are left out when it is decided (M4). */
    readonly id: number;
    readonly call: Call;
    readonly time: number;
    readonly attempted: boolean;
    readonly denied: boolean;
    readonly held: boolean;
    readonly released: boolean;
    /** The human who answers, at the place of an answer; all flags above are false there. */
    readonly approvedBy?: number;
    readonly refusedBy?: number;
    /** The requirements that the human answers (`Rule.answeredAs`), if a search tracks them as history. */
    readonly answered?: readonly number[];
    /** The humans who approved exactly this call, at the release of a held call; undefined if there are none. */
    readonly approvers?: readonly number[] | undefined;
    /** True if the outcome is only assumed, because the call is still running (M2). */
    readonly supposed?: true;
    /** True if the call was running at the moment in question; its end is known from later. */
    readonly ranThen?: true;
    /** The outcome; undefined while the call runs, and for a call that was not released. */
    readonly outcome?: Outcome | undefined;
    /** The result of an answer without an error; undefined if the result cannot be read. */
    readonly result?: Arguments | undefined;
    /** True if the answer has parts that cannot be read; its `text` is then unknown. */
    readonly hasUnreadParts?: true;
    /** True if the host reports success, regardless of what the result shows. */
    readonly confirmed?: boolean | undefined;
    /** True if the result was withheld. This is decided once, with the whole history; a held call would see only part of it. */
    readonly isWithheld?: boolean;
    /** For a running call with an assumed end, the conditional labels whose condition the answer shows to be false. */
    readonly shownFalse?: readonly number[];
    /** The constants of the session that the event belongs to; undefined if they are unknown. */
    readonly session?: Arguments | undefined;
    /** The values of the signals at the decision and at the result. */
    readonly readings?: readonly Reading[] | undefined;
    /** The user's latest words. */
    readonly request?: Arguments | undefined;
    /** The number of seconds from 1970-01-01T00:00Z to this place; undefined if the clock could not be read. */
    readonly epoch?: number | undefined;
}

/** The end of a released call. */
export interface Answer {
    readonly outcome: Outcome;
    readonly result?: Arguments;
    /** True if the call is known to have succeeded, although its result may be unknown. */
    readonly confirmed?: boolean;
    /** The values of the signals at the answer; they take precedence over those at the decision. */
    readonly readings?: readonly Reading[];
    /** True if the call is still running: a query about that moment concerns the moment before the answer. */
    readonly ranThen?: true;
}

export interface RecordState {
    readonly recorder: Recorder;
    /** For each agent, the number of its principal. Agents that declared delegation connects share a number (M16). */
    readonly principals: readonly number[];
    /** The second that `since start` refers to. */
    readonly began: number;
    /** The number of the recorder's events so far, which is the place of the next one. */
    readonly places: number;
    readonly events: ByKey<Log>;
    /** The entries of F, by key. */
    readonly from: ByKey<Sequence<Mark>>;
}

/**
 * Lists for the events of each key's history, and for events that may belong to any key because their own key cannot be
 * read (M3).
 */
export interface ByKey<T> {
    readonly known: TextMap<T>;
    readonly anyones: T;
}

/** A place in the history of a recorder. */
export interface Mark {
    readonly place: number;
    /** The second of the event. */
    readonly time: number;
    readonly truth: Truth;
    /** The remaining part of the `where` that concerns the decided call. */
    readonly asked?: Condition | undefined;
    /** The event, if a condition may read it later. */
    readonly event?: HistoryEvent | undefined;
}

export interface Entry extends Mark {
    /** The least and greatest amount that the event adds. */
    readonly part?: Part | undefined;
    /** The totals of all entries up to and including this one. */
    readonly sums: Totals;
    /** The canonical text of the value that is counted; undefined if it cannot be read. */
    readonly value?: string | undefined;
}

/** An interval of amounts; `null` means no bound on that side. */
export interface Part {
    readonly least: Amount | null;
    readonly most: Amount | null;
}

/** The sums of the parts; parts without a bound are counted separately. */
export interface Totals {
    readonly least: Amount;
    readonly most: Amount;
    readonly unboundedBelow: number;
    readonly unboundedAbove: number;
    /** The number of parts that may be negative. */
    readonly negative: number;
    /** For `distinct`, the number of unreadable values, of certain events and of all. */
    readonly unreadCertain: number;
    readonly unread: number;
}

export interface Log {
    /** The entries; those before `start` are no longer part of the sequence. */
    readonly entries: Sequence<Entry>;
    readonly start: number;
    /** The totals of the entries that are no longer in the sequence. */
    readonly dropped: Totals;
    readonly sums: Totals;
    /** For `distinct`, the latest place of each value. */
    readonly values: TextMap<ValuePlaces>;
    /** The number of distinct values, of certain events and of all. */
    readonly certainValues: number;
    readonly allValues: number;
}

export interface ValuePlaces {
    readonly last: number;
    readonly lastCertain: number;
}
