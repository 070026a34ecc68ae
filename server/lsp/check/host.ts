/**
 * The place where policies are checked, away from the thread that answers the editor: workers of node, or of a browser.
 */
import type { SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import type { ClaimResult, Limits, PolicyResult, Trace } from '../../checker/results/result.js';
import type { Policy, Position } from '../../model/policy/policy.js';
import type { PolicyPicture } from '../protocol.js';

export interface CheckerHost {
    /** Starts to check `policy`; several runs may go on at once. */
    start(policy: Policy, limits: Limits, listener: CheckListener, options?: RunOptions): CheckRun;
    /** Asks another question about a policy. Without it, such questions are not answered. */
    ask?(question: Question): AskRun;
    dispose(): Promise<void>;
}

/** Requests about a policy besides its check. */
export type Question =
    | { readonly kind: 'again'; readonly policy: Policy; readonly trace: Pick<Trace, 'steps' | 'start'> }
    | { readonly kind: 'picture'; readonly policy: Policy };

export interface AskRun {
    /** Never rejects. */
    readonly outcome: Promise<AskOutcome>;
    cancel(): void;
}

export type AskOutcome =
    | { readonly kind: 'answered'; readonly answer: SessionAgain | PolicyPicture }
    | Exclude<CheckOutcome, { readonly kind: 'done' }>;

export interface RunOptions {
    /** In the policy's own file: claims near it come first. */
    readonly near?: Position;
    /** Claims that a time limit left undecided are searched again. */
    readonly retries?: boolean;
}

export interface CheckListener {
    /** A claim as soon as it is decided; once more with its second line, where that takes a search. */
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
    /** Ends the run: the outcome is `cancelled`, or `done` if it was done already. */
    cancel(): void;
}

export type CheckOutcome =
    | { readonly kind: 'done'; readonly result: PolicyResult }
    | { readonly kind: 'cancelled' }
    /** The checker refused or failed; `message` is a sentence. */
    | { readonly kind: 'failed'; readonly message: string }
    /** The worker is gone (out of memory, a crash). The next run starts another. */
    | { readonly kind: 'died'; readonly message: string };
