/** What the oracle keeps of a session, and from where a condition looks at it. */
import type { Arguments, Outcome, Policy, Reading, Value } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';

/** How a released call ended. */
export interface Ending {
    readonly outcome: Outcome;
    /** For an answer without an error; absent: it cannot be read. */
    readonly result?: Arguments;
}

/**
 * One thing that happened. What happens at once has one position: the attempt and the release of a call that is
 * allowed at once, an attempt and its denial, an attempt and its hold (M1).
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
    /** The call's number in the session; negative for what is not a call. */
    readonly id: number;
    readonly call: Call;
    /** `hold`, `ask more`: the requirements that humans are newly asked. `approve`: those that it answers. */
    readonly rules: readonly number[];
    /** `hold`, `ask more`: when the request lapses unanswered. */
    readonly until?: number;
    /** `approve`, `refuse`: who. `release`: whose approvals were good at that moment. */
    readonly humans: readonly number[];
    /** `end`: how. */
    readonly outcome?: Outcome;
    readonly result?: Arguments;
    /** What the signals said there: of an `end`, of the result alone. */
    readonly readings?: readonly Reading[];
    /** `outside`: which event; it is nobody's call. */
    readonly event?: number;
    /** `outside`: its arguments. `says`: the request. `session`: its constants. */
    readonly args?: Arguments;
    /** `clock`: what it shows. */
    readonly epoch?: number;
    /** `return`: who gives the work back, and to whom. */
    readonly from?: number;
    readonly to?: number;
    /** `entered`: whose machine, absent for everyone's; and whether that is known to have happened. */
    readonly entered?: { readonly machine: number; readonly mode: number; readonly agent?: number };
    readonly perhaps?: boolean;
}

/** What a condition is about, and from where it looks at the history. */
export interface View {
    readonly policy: Policy;
    readonly entries: readonly Entry[];
    readonly call: Call;
    /** The call's own number: its attempt and hold are left out (M4). */
    readonly own: number;
    /** Whose approvals of this very call are good. */
    readonly approvers: readonly number[];
    /** Only what happened before this position is seen. */
    readonly before: number;
    /** The second from which ages are counted. */
    readonly now: number;
    /** How each call that is still running is taken to end. */
    readonly assumed: ReadonlyMap<number, Ending>;
    /** What the signals say; absent: nothing. */
    readonly readings?: readonly Reading[];
    /** What they say of the result of the event that is asked about, with its answer (M27). */
    readonly answered?: readonly Reading[];
    /** Inside `where`: the event that is asked about, and the view of the call that is decided. */
    readonly event?: Entry;
    readonly outer?: View;
    /** An occurrence of which nothing is known but that it may have been. */
    readonly blank?: boolean;
    /** The elements that the quantifiers around are asking about. */
    readonly elements?: readonly Value[];
    /** Who calls, where the call is decided for another whose work that is: labels and approvals stay its own (M16). */
    readonly caller?: number;
}

/** Where the session began that a position is in: the place of its `session`, or the start of everything. */
export function beginning(
    entries: readonly Entry[],
    before: number
): { readonly position: number; readonly time: number } {
    const begun = entries.filter((entry) => entry.kind === 'session' && entry.position < before);
    return begun[begun.length - 1] ?? { position: -1, time: 0 };
}

/** What a view sees of the history: of its session only, unless it looks across sessions (M19). */
export function visible(view: View, across = false): Entry[] {
    const from = across ? -1 : beginning(view.entries, view.before).position;
    return view.entries.filter(
        (entry) => entry.position >= from && entry.position < view.before && !(entry.id >= 0 && entry.id === view.own)
    );
}

/** How a condition over an event looks at it: from its place, with what was known there (M10). */
export function viewOfEvent(entry: Entry, view: View): View {
    const { outer = view } = view;
    const { readings: _, answered: __, elements: ___, caller: ____, ...rest } = view;
    const isReleased = view.entries.some(
        ({ kind, id, position }) => kind === 'release' && id === entry.id && position === entry.position
    );
    const end = view.entries.find(({ kind, id }) => kind === 'end' && id === entry.id);
    return {
        ...rest,
        outer,
        event: entry,
        call:
            entry.kind === 'outside' || entry.kind === 'says' ? { ...entry.call, args: entry.args ?? {} } : entry.call,
        own: entry.id,
        approvers: entry.kind === 'release' ? entry.humans : [],
        before: entry.position,
        now: entry.time,
        ...(entry.readings && { readings: entry.readings }),
        // Of an error there is no result that they could speak of.
        ...(isReleased && end?.outcome === 'success' && { answered: end.readings ?? [] })
    };
}

/** How a call ended, or is taken to end. */
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

/** What the clock shows at the place of a view, in seconds since 1970; nothing if it cannot be read. */
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

/** What the user said in this session, the latest last. */
export function requestsAt(view: View): Arguments[] {
    return visible(view).flatMap((entry) => (entry.kind === 'says' ? [entry.args ?? {}] : []));
}
