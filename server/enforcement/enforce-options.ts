/** How a gateway enforces a policy. */
import type { Identities } from './identities.js';
import type { LogContent } from './log-content.js';
import type { LogLocation } from './open-log.js';
import type { EnforcedPolicy } from './policy.js';
import type { ReloadScope } from './session-policies.js';
import type { Telemetry } from './telemetry.js';
import type { Verification } from './verification.js';

export interface EnforceOptions extends LogLocation {
    readonly policy: EnforcedPolicy;
    /** Undefined if the policy was not verified. The log then states this. */
    readonly verification?: Verification;
    /** If true, the gateway decides and records, but lets every call through. */
    readonly observe?: boolean;
    /** The people who answer held calls, each with a proof. If undefined, the caller of `answer` vouches for a human. */
    readonly identities?: Identities;
    /** The current time in milliseconds since 1970; if undefined, the clock of the host. */
    readonly clock?: () => number;
    /** The parts of events that the log keeps; all of them if undefined. */
    readonly content?: LogContent;
    /** The sessions that `reload` moves to another policy; all of them if undefined. */
    readonly reload?: ReloadScope;
    /** The number of lines after which the sessions are stored, so that a start need not replay those; 10,000 if undefined. */
    readonly checkpointAfter?: number;
    /** Receives decisions once they are recorded; what it throws is ignored. */
    readonly telemetry?: Telemetry;
}
