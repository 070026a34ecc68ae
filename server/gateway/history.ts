/**
 * The history of the sessions of one gateway. If the policy shares events between them (`across sessions`, `stores`),
 * they take turns in one history: a call that is running in one session is open for the decisions of all sessions, just
 * like their own (M2, M19). Otherwise each session has a separate history.
 */
import { advance, initial } from '../model/advance.js';
import { CallList } from '../model/memory/call-list.js';
import { copyOfState } from '../model/session/state-copies.js';
import { withoutViews } from '../model/session/held-calls.js';
import { initialMemory } from '../model/events/effects.js';
import type { Policy } from '../model/policy/policy.js';
import { resume } from '../model/session/earlier-sessions.js';
import { sharesSessions } from '../model/memory/across-sessions.js';
import type { HistoryEvent, Memory, SessionEvent, SessionState } from '../model/session/session.js';
import { viewsChanged } from '../model/session/timeline.js';
import { or, UNKNOWN } from '../model/policy/truth.js';
import { Unsettled } from '../model/events/unsettled.js';
import { GuardrailError } from './errors.js';

/** The part of a state that belongs to one session alone, without its history. */
type OwnParts = Pick<SessionState, 'held' | 'lapses' | 'approvals' | 'running' | 'constants' | 'request' | 'began'>;

export type EndOfCall = SessionEvent & { readonly kind: 'end' };

/** The state of a history at one moment. */
export interface Present {
    readonly state: SessionState;
    /** The current session; absent if none has begun. */
    readonly current: string | undefined;
    /** The time of second 0, in seconds since 1970; absent if no time has been given yet. */
    readonly origin: number | undefined;
}

export interface StoredHistory {
    readonly present: Present;
    readonly memories: ReadonlyMap<string, Memory>;
    readonly parts: ReadonlyMap<string, OwnParts>;
}

export class History {
    /** Each list receives the calls, of all sessions, that may end after other calls were made. */
    readonly listeners = new Set<(ended: EndOfCall) => void>();
    private present: Present;
    /** The paused sessions, by name. */
    private readonly memories = new Map<string, Memory>();
    private readonly parts = new Map<string, OwnParts>();

    /** @param hearsUser true if the user's words are recorded; otherwise any value may have come from the user (M14) */
    constructor(
        private readonly policy: Policy,
        private readonly hearsUser = true
    ) {
        this.present = { state: initial(policy), current: undefined, origin: undefined };
    }

    /** Everything that the history knows, for `restore`. */
    store(): StoredHistory {
        const { present, memories, parts, policy } = this;
        // Each view is as of now, so that none needs the events before.
        const views = viewsChanged(policy, present.state, (memory) => memory);
        return { present: { ...present, state: { ...present.state, views } }, memories, parts };
    }

    restore({ present, memories, parts }: StoredHistory): void {
        this.present = present;
        memories.forEach((memory, name) => this.memories.set(name, memory));
        parts.forEach((own, name) => this.parts.set(name, own));
    }

    /** A snapshot of the state, for `goBack`. */
    mark(): Present {
        return this.present;
    }

    /** Restores the state at the mark. */
    goBack(before: Present): void {
        this.present = before;
    }

    /**
     * Sets the current second, since 1970. The first time is second 0. Returns true if the time was before the latest
     * one; the latest one then counts. Throws GR936 if it is earlier than the tolerance allows.
     */
    at(second: number, tolerance: number): boolean {
        const { policy } = this;
        const { state, current, origin } = this.present;
        if (origin === undefined) {
            const told = advance(policy, state, { kind: 'clock', epoch: second });
            this.present = { state: told, current, origin: second - state.time };
            return false;
        }
        const back = state.time - (second - origin);
        if (back === 0) {
            return false;
        }
        if (back > tolerance) {
            throw new GuardrailError(
                'GR936',
                `the time is ${back} seconds before the latest one, and may be at most ${tolerance} before it`
            );
        }
        if (back < 0) {
            this.present = { ...this.present, state: advance(policy, state, { kind: 'time', to: state.time - back }) };
        }
        return back > 0;
    }

    /** The state in which the session continues. A session with an unknown name begins. */
    enter(name: string): SessionState {
        if (this.present.current !== name) {
            this.resume(name);
        }
        return this.present.state;
    }

    /** Sets the state of the most recently entered session. */
    set(state: SessionState): void {
        this.present = { ...this.present, state };
    }

    /** Ends the session: its running calls are lost, and only the parts that it shares are kept. */
    end(name: string): void {
        const { running } = this.enter(name);
        for (const { id } of sharesSessions(this.policy) ? running : []) {
            const ended: EndOfCall = { kind: 'end', id, outcome: 'lost' };
            this.set(advance(this.policy, this.present.state, ended));
            this.listeners.forEach((listener) => listener(ended));
        }
        const { state } = this.present;
        this.set({ ...state, held: CallList.empty(true), lapses: undefined, ...withoutViews(state, state.held.items) });
        this.resume(undefined);
        this.memories.delete(name);
        this.parts.delete(name);
    }

    /** From now on the user's words in the session are unknown. */
    doubtUser(name: string): void {
        const { state } = this.present;
        const turns = state.unsettled
            .events()
            .flatMap((event) => (event.outside === undefined ? [] : (event.resumes ?? [])));
        const first = turns.find(({ leaves }) => leaves !== undefined)?.leaves ?? name;
        const doubted = (memory: Memory): Memory => doubtful(this.policy, memory);
        this.set({
            ...state,
            settled: {
                ...(first === name ? doubted(state.settled) : state.settled),
                parked: state.settled.parked && mapped(state.settled.parked, name, doubted)
            },
            unsettled: Unsettled.of(
                this.policy,
                state.unsettled
                    .events()
                    .map((event): HistoryEvent =>
                        event.outside !== undefined && event.resumes && (event.resumes.enters ?? name) === name
                            ? { ...event, resumes: { ...event.resumes, own: doubted(event.resumes.own) } }
                            : event
                    )
            )
        });
    }

    private resume(name: string | undefined): void {
        const { policy } = this;
        const { state, current } = this.present;
        if (current !== undefined) {
            this.parts.set(current, ownPartsOf(state));
        }
        const own = (name === undefined ? undefined : this.memories.get(name)) ?? this.memoryAtStart(state.time);
        const next = copyOfState(state);
        resume(policy, next, {
            ...(current !== undefined && { leaves: current }),
            ...(name !== undefined && { enters: name }),
            own
        });
        if (next.unsettled.length === 0) {
            next.settled.parked?.forEach((memory, parked) => this.memories.set(parked, memory));
            next.settled = { ...next.settled, parked: undefined };
            next.views = this.withoutOthers(next);
        }
        const parts = (name === undefined ? undefined : this.parts.get(name)) ?? { ...NOTHING_YET, began: state.time };
        // Expired entries lapse now.
        const entered = advance(policy, { ...next, ...parts }, { kind: 'time', to: state.time });
        this.present = { ...this.present, state: entered, current: name };
    }

    /**
     * A hold is evaluated in its own session, so sessions that have holds are kept, in addition to the current session.
     */
    private withoutOthers(state: SessionState): SessionState['views'] {
        const isKept = (name: string): boolean => (this.parts.get(name)?.held.length ?? 0) > 0;
        return viewsChanged(this.policy, state, (memory) => ({
            ...memory,
            parked: new Map([...(memory.parked ?? [])].filter(([name]) => isKept(name)))
        }));
    }

    private memoryAtStart(time: number): Memory {
        const memory = initialMemory(this.policy, time);
        return this.hearsUser ? memory : doubtful(this.policy, memory);
    }
}

/** The memory in which the user may have said anything. */
function doubtful({ sources = [] }: Policy, memory: Memory): Memory {
    const { given } = memory;
    return given && sources.some(({ kind }) => kind === 'user')
        ? {
              ...memory,
              given: given.map((one, source) =>
                  sources[source]!.kind === 'user' ? { ...one, others: or(one.others, UNKNOWN) } : one
              )
          }
        : memory;
}

function mapped<T>(map: ReadonlyMap<string, T>, name: string, change: (value: T) => T): ReadonlyMap<string, T> {
    const value = map.get(name);
    return value === undefined ? map : new Map(map).set(name, change(value));
}

const NOTHING_YET: OwnParts = {
    held: CallList.empty(true),
    lapses: undefined,
    approvals: undefined,
    running: CallList.empty(false),
    constants: undefined,
    request: undefined,
    began: undefined
};

function ownPartsOf({ held, lapses, approvals, running, constants, request, began }: SessionState): OwnParts {
    return { held, lapses, approvals, running, constants, request, began };
}
