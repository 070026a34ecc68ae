/** A call on its way through a gateway: its submission, the decision and its end. */
import type { CallRequest, Decision, DelegationRequest } from '../gateway/events.js';

export type Submission = CallRequest | DelegationRequest;

/** A decision that has been written to disk. */
export interface Ruling {
    /** The id of the call in the log; its end and answers refer to it. */
    readonly id: string;
    readonly decision: Decision;
    /**
     * True if the caller makes the call now, and reports its end. A gateway that only observes makes denied calls too. A
     * call that is left to the client is not released: the client decides it, and nobody reports its end.
     */
    readonly isReleased: boolean;
}

/** How a call was submitted. */
export interface SubmitOptions {
    /** Ends the wait for running calls; the call is then not recorded. */
    readonly signal?: AbortSignal;
    /** Called at the moment when the call is held, before anybody can answer it. */
    readonly onHeld?: () => void;
    /** The W3C trace context of the call, for telemetry. */
    readonly traceparent?: string;
}
