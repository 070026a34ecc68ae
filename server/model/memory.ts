/**
 * What a session remembers: its events, and what conditions over the history read. Immutable plain data, and one file, since an
 * event where sessions take turns has the memory of one of them.
 */
import type { Amount } from './amounts.js';
import type { Arguments, Condition, Outcome, Reading, Recorder } from './policy.js';
import type { Given } from './provenance.js';
import type { Sequence } from './sequence.js';
import type { TextMap } from './text-map.js';
import type { Truth } from './truth.js';
import type { VersionedMap } from './versioned-map.js';

export interface Call {
    readonly agent: number;
    /** Index into `Policy.tools`. */
    readonly tool: number;
    /** Complete: defaults are filled in, so that equal calls have equal arguments (M7). */
    readonly args: Arguments;
}

/** The history that conditions read, once every earlier call has ended. */
export interface Memory {
    /** One value for each monitor; for a monitor per agent, one for each agent. */
    readonly monitors: readonly MonitorState[];
    /** For a monitor with keys, `monitors` has the cells for unseen values; those of the others are here. */
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
    /** The memories, by name, of sessions that have later places but do not go on here; absent: there are none. */
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
    /** For a special event that belongs to an agent. */
    readonly agent?: number;
    /** It is unknown whether it happened. */
    readonly perhaps?: boolean;
    /** The values of the signals when it happened. */
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
    /** For a running call whose end is tried: the conditional labels that the answer shows not to be read. */
    readonly shownFalse?: readonly number[];
    /** The constants of the session that it is part of; absent: unknown. */
    readonly session?: Arguments | undefined;
    /** The values of the signals at the decision and with the result. */
    readonly readings?: readonly Reading[] | undefined;
    /** The user's latest words. */
    readonly request?: Arguments | undefined;
    /** Seconds since 1970-01-01T00:00Z of this place; absent: the clock could not be read. */
    readonly epoch?: number | undefined;
}

/** How a released call ended. */
export interface Answer {
    readonly outcome: Outcome;
    readonly result?: Arguments;
    /** It is known to have succeeded, though its result may not be known. */
    readonly confirmed?: boolean;
    /** The values of the signals with the answer; they take precedence over those at the decision. */
    readonly readings?: readonly Reading[];
    /** A question about that moment is about the moment before: then, the call still runs. */
    readonly ranThen?: true;
}

export interface RecordState {
    readonly recorder: Recorder;
    /** For each agent the number of its principal: agents connected by declared delegation have the same one (M16). */
    readonly principals: readonly number[];
    /** The second of the start that `since start` means. */
    readonly began: number;
    /** Events of the recorder so far: the next one's place. */
    readonly places: number;
    readonly events: ByKey<Log>;
    /** The F's. */
    readonly from: ByKey<Sequence<Mark>>;
}

/** The events of one key's history, and those that may belong to any, because their own key cannot be read (M3). */
export interface ByKey<T> {
    readonly known: TextMap<T>;
    readonly anyones: T;
}

/** A place in the history of a recorder. */
export interface Mark {
    readonly place: number;
    /** Seconds. */
    readonly time: number;
    readonly truth: Truth;
    /** The rest of the part of `where` that is about the decided call. */
    readonly asked?: Condition | undefined;
    /** Kept where it is asked about later. */
    readonly event?: HistoryEvent | undefined;
}

export interface Entry extends Mark {
    /** The amount that it adds, at least and at most. */
    readonly part?: Part | undefined;
    /** The totals of all entries up to and including this one. */
    readonly sums: Sums;
    /** The canonical text of what is told apart; absent: it cannot be read. */
    readonly value?: string | undefined;
}

/** `null`: no bound on that side. */
export interface Part {
    readonly least: Amount | null;
    readonly most: Amount | null;
}

/** Sums of parts, those without a bound counted apart. */
export interface Sums {
    readonly least: Amount;
    readonly most: Amount;
    readonly unboundedBelow: number;
    readonly unboundedAbove: number;
    /** How many parts may be negative. */
    readonly negative: number;
    /** For `distinct`: values that cannot be read, of certain events and of all. */
    readonly unreadCertain: number;
    readonly unread: number;
}

export interface Log {
    /** Those before `start` are not part of it any more. */
    readonly entries: Sequence<Entry>;
    readonly start: number;
    /** The totals of the entries that are no longer in the sequence. */
    readonly dropped: Sums;
    readonly sums: Sums;
    /** For `distinct`: the latest place of each value. */
    readonly values: TextMap<ValuePlaces>;
    /** How many values the entries have, those of certain events and all. */
    readonly certainValues: number;
    readonly allValues: number;
}

export interface ValuePlaces {
    readonly last: number;
    readonly lastCertain: number;
}
