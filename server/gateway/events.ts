/**
 * The events of a session, by name: those that a gateway records, and that `guardrail replay` reads as one JSON object
 * per line. docs/replay.md describes each. These types are published, and import nothing.
 */

export type JsonValue =
    string | number | boolean | null | readonly JsonValue[] | { readonly [field: string]: JsonValue };
export type JsonObject = { readonly [field: string]: JsonValue };

/** A text as in ISO 8601 with its zone, or a number: milliseconds since 1970-01-01T00:00Z. */
export type Timestamp = string | number;

/**
 * The values of signals at a decision, for a result or an event: one for all arguments, or one for each. A missing
 * signal cannot be read.
 */
export type Signals = { readonly [signal: string]: JsonValue | readonly SignalValue[] };

export interface SignalValue {
    readonly args: readonly JsonValue[];
    readonly value: JsonValue;
}

/** A call as it is submitted. */
export interface CallRequest {
    /** Absent: the only agent of the policy. */
    readonly agent?: string;
    /** `server.tool`, as the policy names it, or in one of the spellings that clients have for it (docs/replay.md). */
    readonly tool: string;
    /** The server that has the tool, where it is named apart. */
    readonly server?: string;
    readonly args?: JsonObject;
    readonly signals?: Signals;
}

/** A delegation as it is submitted. */
export interface DelegationRequest {
    /** Absent: the only agent of the policy. */
    readonly agent?: string;
    readonly to: string;
}

/** How a call ends: in success, in an error, or without an answer (a time-out). */
export type CallOutcome = 'success' | 'error' | 'lost';

export type SessionRecord = { readonly time?: Timestamp } & (
    | ({
          readonly type: 'call';
          /** The name by which answers and human acts refer to it. */
          readonly id?: string;
          /** The outcome of the submission; absent: the call was made. */
          readonly decision?: 'allowed' | 'denied' | 'held';
          /** How it ended, where that is known already. */
          readonly outcome?: CallOutcome;
          readonly result?: JsonValue;
      } & CallRequest)
    | { readonly type: 'result'; readonly id?: string; readonly result?: JsonValue; readonly signals?: Signals }
    | { readonly type: 'error' | 'lost'; readonly id?: string }
    | { readonly type: 'approve' | 'refuse'; readonly id?: string; readonly human: string }
    | {
          readonly type: 'delegate';
          readonly id?: string;
          readonly agent?: string;
          readonly to: string;
          readonly decision?: 'allowed' | 'denied' | 'held';
      }
    /** A delegate gives the work back to who delegated it. */
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
    /** The session begins, with its constants; later on, another one of the same user does. */
    | { readonly type: 'session'; readonly constants?: JsonObject }
    /** The session is over: nothing can happen in it any more. Calls that still run are lost. */
    | { readonly type: 'end' }
);
