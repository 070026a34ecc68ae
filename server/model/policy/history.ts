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
     * F of the `since` forms, A of `once A then B`. Absent in `since` means `start`, before everything else, at time 0.
     */
    readonly from?: EventPattern;
    /** The values of the decided call that select a history: each combination has its own. */
    readonly keys?: readonly Term[];
    /** Seconds: the latest E must be at most this old; for the `since` forms, the latest F (M1, M8). */
    readonly window?: number;
    /**
     * For a `count`: the value at which it saturates, because no condition distinguishes larger counts. Always present
     * with a window.
     */
    readonly cap?: number;
    /** The history of all sessions (M19). */
    readonly across?: boolean;
    /** One value for each agent, read for the caller: used by `last is` and patterns with `by caller`. */
    readonly perAgent: boolean;
    readonly text: string;
}

/**
 * The history of conditions that need the events themselves, not just one value. Such a condition is computed when a
 * call is decided.
 */
export interface Recorder {
    /** The truth values are those of the monitors; `total` and `distinct` are computed over `value`. */
    readonly kind: 'once' | 'since' | 'no since' | 'once then' | 'count' | 'distinct' | 'total' | 'latest';
    readonly event: EventPattern;
    /** F of the `since` forms and of `count(E since F)`, A of `once A then B`. */
    readonly from?: EventPattern;
    /** `E(p: EXPR)`, `per K`: only events whose first term equals the second term of the decided call. */
    readonly keys?: readonly RecorderKey[];
    /** The same for F. */
    readonly fromKeys?: readonly RecorderKey[];
    /** `same call`: only events with the agent, tool and arguments of the decided call (M7). */
    readonly sameCall?: boolean;
    /** The part of a `where` that concerns the decided call; for `latest`, the condition on the latest event (M11). */
    readonly asked?: Condition;
    /** The value of the event that is summed, or whose distinct values are counted. */
    readonly value?: Term;
    /** The range of a value that cannot be read; absent: unbounded. */
    readonly bounds?: { readonly min?: number; readonly max?: number };
    /**
     * Seconds. For `count`, `distinct` and `total`, the counted events must be at most this old, with or without an F;
     * for the truth values, the meaning is the same as for monitors.
     */
    readonly window?: number;
    /** The history of all sessions (M19). */
    readonly across?: boolean;
    readonly text: string;
}

export interface RecorderKey {
    readonly event: Term;
    readonly call: Term;
}

/**
 * `x from E.result.f`, `x from user`: the values that a source gave in this session (M14); with `across`, as in a claim
 * about all sessions, in every session.
 */
export type ProvenanceSource = { readonly across?: boolean; readonly text: string } & (
    | { readonly kind: 'user' }
    | { readonly kind: 'result'; readonly event: CallPattern; readonly fields: readonly string[] }
);
