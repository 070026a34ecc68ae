/**
 * The events of a session, by name: gateways record them, and `guardrail replay` reads them as one JSON object per
 * line. docs/replay.md describes each. These types are published, and import nothing.
 */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [field: string]: JsonValue };

/** An ISO 8601 text with a time zone, or a number: milliseconds since 1970-01-01T00:00Z. */
export type Timestamp = string | number;

/**
 * The values of signals at a decision, for a result or for an event: one value for all arguments, or one for each
 * combination of arguments. A signal that is missing here cannot be read.
 */
export type Signals = { readonly [signal: string]: JsonValue | readonly SignalValue[] };

export interface SignalValue {
    readonly args: readonly JsonValue[];
    readonly value: JsonValue;
}

/** A submitted call. */
export interface CallRequest {
    /** If absent, the caller is the only agent of the policy. */
    readonly agent?: string;
    /** `server.tool`, as the policy names it, or one of the spellings that clients use (docs/replay.md). */
    readonly tool: string;
    /** The server of the tool, if it is given separately. */
    readonly server?: string;
    readonly args?: JsonObject;
    readonly signals?: Signals;
}

/** A submitted delegation. */
export interface DelegationRequest {
    /** If absent, the caller is the only agent of the policy. */
    readonly agent?: string;
    readonly to: string;
}

/** The end of a call: success, an error, or no answer (a time-out). */
export type CallOutcome = 'success' | 'error' | 'lost';

export type SessionRecord = { readonly time?: Timestamp } & (
    | ({
          readonly type: 'call';
          /** The id that answers and human acts refer to. */
          readonly id?: string;
          /** The outcome of the submission; if absent, the call was made. */
          readonly decision?: 'allowed' | 'denied' | 'held' | 'left';
          /** The end of the call, if it is already known. */
          readonly outcome?: CallOutcome;
          readonly result?: JsonValue;
      } & CallRequest)
    | { readonly type: 'result'; readonly id?: string; readonly result?: JsonValue; readonly signals?: Signals }
    | { readonly type: 'error' | 'lost'; readonly id?: string }
    | {
          readonly type: 'approve';
          readonly id?: string;
          readonly human: string;
          /**
           * How long the approval serves other calls, as the person chose: one of `DecidingRule.choices`. Without it,
           * the shortest of them.
           */
          readonly valid?: string;
      }
    | { readonly type: 'refuse'; readonly id?: string; readonly human: string }
    | {
          readonly type: 'delegate';
          readonly id?: string;
          readonly agent?: string;
          readonly to: string;
          readonly decision?: 'allowed' | 'denied' | 'held';
      }
    /** A delegate returns the work to the agent that delegated it. */
    | { readonly type: 'return'; readonly agent: string; readonly to: string }
    /** An event that the policy declares with `event`. */
    | { readonly type: 'event'; readonly name: string; readonly args?: JsonObject; readonly signals?: Signals }
    /** The user's words, with the fields of the policy's `request`. */
    | {
          readonly type: 'says';
          readonly text?: string;
          readonly request?: JsonObject;
          readonly signals?: Signals;
      }
    /** The session begins, with its constants. Within a session, this event begins another session of the same user. */
    | { readonly type: 'session'; readonly constants?: JsonObject }
    /** The session is over: nothing more can happen in it. Running calls are lost. */
    | { readonly type: 'end' }
);

/** A policy that can decide. */
export interface LoadedPolicy {
    readonly name: string;
    /** The name as calls give it, `server.tool`. */
    readonly tools: readonly string[];
    readonly agents: readonly string[];
    /**
     * JSON from which `policyFromLowered`, in this version of the package, recreates the same policy without its text.
     */
    readonly lowered: object;
}

/** A rule as its author wrote it. */
export interface DecidingRule {
    readonly text: string;
    readonly because?: string;
    /**
     * How long an approval may serve other calls, if the rule lets the person who approves choose: `once`, a duration such
     * as `8h`, or `this session`; shortest first.
     */
    readonly choices?: readonly string[];
    /** The URI of its file, and its line there, starting at one. */
    readonly file: string;
    readonly line: number;
}

export interface Decision {
    /**
     * `waits`: the decision depends on how running calls end; decide again when one has ended (M2). `left`: the policy
     * leaves the call to the client, which decides it as it would without a policy (M28).
     */
    readonly kind: 'allowed' | 'denied' | 'held' | 'left' | 'waits';
    /**
     * The reason for the decision: a rule decides; no rule allows the call; something is unknown; or the tool, the
     * agent or the arguments do not match the inventory.
     */
    readonly by: 'rule' | 'default' | 'unknown' | 'inventory';
    readonly rules: readonly DecidingRule[];
    /** The problem of the call, if the inventory denies it. */
    readonly problem?: string;
}
