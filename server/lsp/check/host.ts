/** Where a policy is checked, away from the thread that answers the editor: a worker of node, or of a browser. */
import type { ClaimResult, Limits, PolicyResult } from '../../checker/result.js';
import type { Policy } from '../../model/policy.js';

export interface CheckerHost {
    /** Starts to check `policy`. One run at a time: the run before must have its outcome. */
    start(policy: Policy, limits: Limits, listener: CheckListener): CheckRun;
    dispose(): Promise<void>;
}

export interface CheckListener {
    onClaim(claim: ClaimResult): void;
    onProgress(progress: CheckProgress): void;
}

/** How far the search for the claim `claim` is. */
export interface CheckProgress {
    readonly claim: string;
    readonly states: number;
}

export interface CheckRun {
    /** Never rejects. */
    readonly outcome: Promise<CheckOutcome>;
    /** Asks the run to stop. The outcome is `cancelled`, or `done` if it was done already. */
    cancel(): void;
}

export type CheckOutcome =
    | { readonly kind: 'done'; readonly result: PolicyResult }
    | { readonly kind: 'cancelled' }
    /** The checker refused or failed; `message` is a sentence. */
    | { readonly kind: 'failed'; readonly message: string }
    /** The worker is gone (out of memory, a crash). The next run starts another. */
    | { readonly kind: 'died'; readonly message: string };
