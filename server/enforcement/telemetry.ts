/** What a gateway reports about its decisions to those who operate it. Nothing here affects a decision. */
import type { DecidingRule, Decision } from '../gateway/events.js';

/** A decision that has been recorded. It has neither arguments nor results. */
export interface ReportedCall {
    /** The id of the call in the log; undefined for a call that the gateway denied before the policy could decide it. */
    readonly id?: string;
    readonly session?: string;
    readonly agent?: string;
    /** `server.tool`; undefined if the inventory does not have it, because the agent chose the text. */
    readonly tool?: string;
    readonly decision: 'allowed' | 'denied' | 'held' | 'left';
    /** `gateway` for a call that the gateway denied before the policy could decide it. */
    readonly by: Decision['by'] | 'gateway';
    readonly rules: readonly DecidingRule[];
    /** True if the call is made whatever the decision is. */
    readonly isObserved: boolean;
    readonly policy: { readonly name: string; readonly digest: string };
    /** Milliseconds from the submission until the decision was stored, without waiting for running calls and people. */
    readonly duration: number;
    /** The W3C trace context of the call, as its client sent it. */
    readonly traceparent?: string;
}

export interface Telemetry {
    decided(call: ReportedCall): void;
    /** The end of a call that was made. */
    ended(id: string, outcome: 'success' | 'error' | 'lost', isWithheld: boolean): void;
    answered(answer: 'approve' | 'refuse'): void;
    /** Sends what is left, within a few seconds. Never rejects. */
    close(): Promise<void>;
}

/** All of them, but a decision never depends on whether it can be reported: the log has it. */
export function harmless(all: readonly Telemetry[]): Telemetry {
    const attempt = (report: (one: Telemetry) => void): void => {
        for (const one of all) {
            try {
                report(one);
            } catch {
                // What cannot be reported is left out.
            }
        }
    };
    return {
        decided: (call) => attempt((one) => one.decided(call)),
        ended: (id, outcome, isWithheld) => attempt((one) => one.ended(id, outcome, isWithheld)),
        answered: (answer) => attempt((one) => one.answered(answer)),
        close: async () => void (await Promise.allSettled(all.map((one) => one.close())))
    };
}
