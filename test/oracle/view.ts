/** The oracle's record of a session, and the point from which a condition reads it. */
import type { Arguments, Lasting, Outcome, Policy, Reading, Value } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';

/** The end of a released call. */
export interface Ending {
    readonly outcome: Outcome;
    /** The result of an answer without an error; undefined if it cannot be read. */
    readonly result?: Arguments;
}

/**
 * An event. Simultaneous parts share a position: the attempt and the release of a call that is allowed at once, an
 * attempt and its denial, an attempt and its hold (M1).
 */
export interface Entry {
    readonly kind:
        | 'attempt'
        | 'deny'
        | 'hold'
        | 'ask more'
        | 'approve'
        | 'refuse'
        | 'release'
        | 'end'
        | 'outside'
        | 'says'
        | 'return'
        | 'entered'
        | 'session'
        | 'clock';
    readonly position: number;
    readonly time: number;
    /** The call's number in the session; negative for other events. */
    readonly id: number;
    readonly call: Call;
    /** For `hold` and `ask more`, the requirements that are new for humans; for `approve`, those that it answers. */
    readonly rules: readonly number[];
    /** For `hold` and `ask more`, the time at which the request lapses if unanswered. */
    readonly until?: number;
    /** For `approve` and `refuse`, the human; for `release`, the humans whose approvals were valid at that moment. */
    readonly humans: readonly number[];
    /** For `approve`, how long it serves other calls, where the human chose. */
    readonly lasts?: Lasting;
    /** For `end`, the outcome. */
    readonly outcome?: Outcome;
    readonly result?: Arguments;
    /** The values of the signals there; for an `end`, those for the result alone. */
    readonly readings?: readonly Reading[];
    /** For `outside`, the event, which belongs to no call. */
    readonly event?: number;
    /** For `outside`, its arguments; for `says`, the request; for `session`, its constants. */
    readonly args?: Arguments;
    /** For `clock`, the time shown. */
    readonly epoch?: number;
    /** For `return`, the agent that returns the work, and the agent that it goes to. */
    readonly from?: number;
    readonly to?: number;
    /**
     * For `entered`, the agent of the machine (undefined if the machine is shared), and whether the entry is known to
     * have happened.
     */
    readonly entered?: { readonly machine: number; readonly mode: number; readonly agent?: number };
    readonly perhaps?: boolean;
}

/** The subject of a condition, and the point from which it reads the history. */
export interface View {
    readonly policy: Policy;
    readonly entries: readonly Entry[];
    readonly call: Call;
    /** The number of the call: its own attempt and hold are left out (M4). */
    readonly own: number;
    /** The humans whose approvals of this very call are valid. */
    readonly approvers: readonly number[];
    /** The position before which events are visible. */
    readonly before: number;
    /** The second from which ages are counted. */
    readonly now: number;
    /** The assumed end of each call that is still running. */
    readonly assumed: ReadonlyMap<number, Ending>;
    /** The values of the signals; undefined if there are none. */
    readonly readings?: readonly Reading[];
    /** The values of the signals for the result of the event in question, given with its answer (M27). */
    readonly answered?: readonly Reading[];
    /** Inside `where`, the event in question, and the view of the call that is decided. */
    readonly event?: Entry;
    readonly outer?: View;
    /** True for an occurrence about which nothing is known except that it may have happened. */
    readonly blank?: boolean;
    /** The current elements of the enclosing quantifiers. */
    readonly elements?: readonly Value[];
    /**
     * The calling agent, if the call is decided for another agent whose work it does: labels and approvals stay those
     * of the caller (M16).
     */
    readonly caller?: number;
}

/** The start of the session that contains a position: the place of its `session` event, or the start of everything. */
export function beginning(
    entries: readonly Entry[],
    before: number
): { readonly position: number; readonly time: number } {
    const begun = entries.filter((entry) => entry.kind === 'session' && entry.position < before);
    return begun[begun.length - 1] ?? { position: -1, time: 0 };
}

/** The part of the history that a view sees: only its session, unless it looks across sessions (M19). */
export function visible(view: View, across = false): Entry[] {
    const from = across ? -1 : beginning(view.entries, view.before).position;
    return view.entries.filter(
        (entry) => entry.position >= from && entry.position < view.before && !(entry.id >= 0 && entry.id === view.own)
    );
}

/** The view that a condition on an event has of it: from its place, with the knowledge at that point (M10). */
export function viewOfEvent(entry: Entry, view: View): View {
    const { policy, entries, own, assumed, blank, outer = view } = view;
    const ofCall = entry.id < 0 ? [] : entries.filter(({ id }) => id === entry.id);
    const isReleased = ofCall.some(({ kind, position }) => kind === 'release' && position === entry.position);
    const end = ofCall.find(({ kind }) => kind === 'end');
    return {
        policy,
        entries,
        assumed,
        ...(blank !== undefined && { blank }),
        outer,
        event: entry,
        call:
            entry.kind === 'outside' || entry.kind === 'says' ? { ...entry.call, args: entry.args ?? {} } : entry.call,
        own,
        approvers: entry.kind === 'release' ? entry.humans : [],
        before: entry.position,
        now: entry.time,
        ...(entry.readings && { readings: entry.readings }),
        // An error has no result that they could refer to.
        ...(isReleased && end?.outcome === 'success' && { answered: end.readings ?? [] })
    };
}

/** The actual or assumed end of a call. */
export function endingOf(id: number, view: View): Ending {
    const end = view.entries.find((entry) => entry.kind === 'end' && entry.id === id);
    const assumed = view.assumed.get(id);
    if (end?.outcome !== undefined) {
        return { outcome: end.outcome, ...(end.result && { result: end.result }) };
    }
    if (assumed === undefined) {
        throw new Error(`the oracle was asked about call ${id}, which still runs`);
    }
    return assumed;
}

/** The clock time at the place of a view, in seconds since 1970; undefined if it cannot be read. */
export function clockAt(view: View): number | undefined {
    const set = view.entries.filter((entry) => entry.kind === 'clock' && entry.position < view.before);
    const last = set[set.length - 1];
    return last?.epoch === undefined ? undefined : last.epoch + (view.now - last.time);
}

/** The constants of the session that a view is in. */
export function constantsAt(view: View): Arguments {
    const begun = view.entries.filter((entry) => entry.kind === 'session' && entry.position < view.before);
    return begun[begun.length - 1]?.args ?? {};
}

/** The user's words in this session, the latest one last. */
export function requestsAt(view: View): Arguments[] {
    return visible(view).flatMap((entry) => (entry.kind === 'says' ? [entry.args ?? {}] : []));
}
