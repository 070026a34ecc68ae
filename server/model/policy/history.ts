/** The history that a policy needs, as part of the policy model. */
import type { CallPattern, Condition, EventPattern, Term } from './conditions.js';

/**
 * The history that one temporal condition needs.
 * - `once`: E happened.
 * - `since`: F happened, and E happened after the latest F (M8).
 * - `no since`: F happened, and no E happened after the latest F (M8).
 * - `since or start`: E happened, and no F since then (the span of `order`, M8).
 * - `last is`: the same agent's latest released call is a succeeded E (M9).
 * - `once then`: an F happened, and an E after it.
 * - `count`: the number of E; with F, since the latest F or the start.
 */
export type MonitorKind = 'once' | 'since' | 'no since' | 'since or start' | 'last is' | 'once then' | 'count';

export interface Monitor {
    readonly kind: MonitorKind;
    readonly event: EventPattern;
    /**
     * The pattern F of the `since` forms, or A of `once A then B`. If it is undefined in a `since`, it is `start`,
     * before everything else, at time 0.
     */
    readonly from?: EventPattern;
    /** The values of the decided call that select a history: each combination of values has its own history. */
    readonly keys?: readonly Term[];
    /** The window in seconds: the latest E must be at most this old; for the `since` forms, the latest F (M1, M8). */
    readonly window?: number;
    /**
     * For a `count`, the value at which it saturates, because no condition distinguishes larger counts. It is always
     * present with a window.
     */
    readonly cap?: number;
    /** True for the history of all sessions (M19). */
    readonly across?: boolean;
    /**
     * True if there is one value for each agent, of which the caller's is read. `last is` and patterns with `by caller`
     * use this.
     */
    readonly perAgent: boolean;
    readonly text: string;
}

/**
 * The history of conditions that need the events themselves, not just one value. Such a condition is computed when a
 * call is decided.
 */
export interface Recorder {
    /**
     * The kind of value. The truth values are those of the monitors; `total` and `distinct` are computed over `value`, and
     * `total distinct` adds each value once.
     */
    readonly kind:
        | 'once'
        | 'since'
        | 'no since'
        | 'once then'
        | 'count'
        | 'distinct'
        | 'total'
        | 'total distinct'
        | 'latest';
    readonly event: EventPattern;
    /** The pattern F of the `since` forms and of `count(E since F)`, or A of `once A then B`. */
    readonly from?: EventPattern;
    /** For `E(p: EXPR)` and `per K`: only events count whose first term equals the second term of the decided call. */
    readonly keys?: readonly RecorderKey[];
    /** The same for the F. */
    readonly fromKeys?: readonly RecorderKey[];
    /** True for `same call`: only events with the agent, tool and arguments of the decided call count (M7). */
    readonly sameCall?: boolean;
    /** The part of a `where` that concerns the decided call; for `latest`, the condition on the latest event (M11). */
    readonly asked?: Condition;
    /** The value of the event that is summed, or whose distinct values are counted. */
    readonly value?: Term;
    /** The range of a value that cannot be read; undefined if it is unbounded. */
    readonly bounds?: { readonly min?: number; readonly max?: number };
    /**
     * The window in seconds. For `count`, `distinct` and `total`, the counted events must be at most this old, with or
     * without an F; for the truth values, the meaning is the same as for monitors.
     */
    readonly window?: number;
    /** True for the history of all sessions (M19). */
    readonly across?: boolean;
    readonly text: string;
}

export interface RecorderKey {
    readonly event: Term;
    readonly call: Term;
}

/**
 * The values that a source gave in this session (M14), for `x from E.result.f` and `x from user`. With `across`, as in
 * a claim about all sessions, the values that it gave in every session.
 */
export type ProvenanceSource = { readonly across?: boolean; readonly text: string } & (
    | { readonly kind: 'user' }
    | { readonly kind: 'result'; readonly event: CallPattern; readonly fields: readonly string[] }
);
