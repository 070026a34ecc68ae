/**
 * The state of one session: the memory that the decision procedure reads, and the events that change it. It is
 * immutable plain data; `advance` computes the next state.
 */
import type { CallList } from '../memory/call-list.js';
import type { Decision } from '../policy/decision.js';
import type { EventLog, View } from '../memory/event-log.js';
import type { Lapses } from '../collections/expiry-queue.js';
import type { Answer, Call, Memory, RunningCall } from '../memory/memory.js';
import type { Arguments, Lasting, Reading } from '../policy/policy.js';
import type { Unsettled } from '../events/unsettled.js';
import type { VersionedMap } from '../collections/versioned-map.js';

export type * from '../policy/decision.js';
export type * from '../memory/memory.js';

export interface Approval {
    readonly human: number;
    /** The index of the rule that the approval answers. */
    readonly rule: number;
    /** The number of seconds since the start of the session. The approval is valid while `time <= until`. */
    readonly at: number;
    readonly until: number;
}

/** An approval `per K`: it authorizes every call of that agent and tool with the same keys, and is not used up (M5). */
export interface ReusableApproval {
    readonly human: number;
    /** The index of the rule that the approval answers. */
    readonly rule: number;
    /** The call that was approved. */
    readonly call: Call;
    /** The canonical text of the values of K. */
    readonly keys: string;
    /** The last second at which the approval is valid: `time <= until`. Infinity for the rest of the session. */
    readonly until: number;
}

/** A call that waits for a human (M4-M7). */
export interface HeldCall {
    readonly id: number;
    readonly call: Call;
    readonly since: number;
    /** The last second of the hold, which lapses when `time > until`. */
    readonly until: number;
    /** The requirements that were unsatisfied at the latest decision. */
    readonly requirements: readonly number[];
    readonly approvals: readonly Approval[];
}

export interface SessionState {
    /** Whole seconds since the start, which never decrease. */
    readonly time: number;
    /** The number of calls so far, which is the id of the next call. */
    readonly calls: number;
    /** The history up to the first release that has not ended and whose end may change something. */
    readonly settled: Memory;
    /**
     * The history from that release on. It is replayed when a call ends, because its end takes effect at the place of
     * its release (M1).
     */
    readonly unsettled: Unsettled;
    readonly held: CallList<HeldCall>;
    /** The times at which held calls lapse; undefined if there are none. */
    readonly lapses?: Lapses | undefined;
    /** The approvals `per K`; undefined if there are none. */
    readonly approvals?: readonly ReusableApproval[] | undefined;
    readonly running: CallList<RunningCall>;
    /** The known constants of the session. */
    readonly constants?: Arguments | undefined;
    /** The user's latest words. */
    readonly request?: Arguments | undefined;
    /** The clock time of second 0, in seconds since 1970-01-01T00:00Z; undefined if the clock cannot be read. */
    readonly epoch?: number | undefined;
    /** The second at which this session began; undefined for 0. */
    readonly began?: number | undefined;
    /**
     * For each held call, by number, the settled memory without the call's own attempt; undefined if no pattern could
     * see the attempt.
     */
    readonly views: VersionedMap<View>;
    /** The end of the settled history, present while a view is kept. */
    readonly log?: EventLog | undefined;
}

/** The events of a session. */
export type SessionEvent =
    | {
          readonly kind: 'call';
          readonly call: Call;
          readonly decision: Decision;
          readonly readings?: readonly Reading[] | undefined;
          /**
           * The end of a call that was allowed and ended before anything else happened. This is equivalent to reporting
           * its end next.
           */
          readonly answer?: Answer | undefined;
      }
    | ({ readonly kind: 'end'; readonly id: number } & Answer)
    /** `lasts`: how long an approval serves other calls, where a rule lets the person choose. */
    | { readonly kind: 'approve'; readonly id: number; readonly human: number; readonly lasts?: Lasting | undefined }
    | { readonly kind: 'refuse'; readonly id: number; readonly human: number }
    | {
          readonly kind: 'outside';
          readonly event: number;
          readonly args?: Arguments;
          readonly readings?: readonly Reading[];
      }
    /** The user's request: its typed fields and its `text`. */
    | { readonly kind: 'says'; readonly request: Arguments; readonly readings?: readonly Reading[] }
    /** The return of a delegate's work; `to` is the agent that delegated it. */
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    /**
     * The end of this session and the start of another with these constants. Running calls are lost to the new session.
     */
    | { readonly kind: 'session'; readonly constants: Arguments }
    /** The current clock time, in seconds since 1970-01-01T00:00Z. */
    | { readonly kind: 'clock'; readonly epoch: number }
    | { readonly kind: 'time'; readonly to: number };
