/** Checks policies outside the thread that answers the editor, in workers of Node or of a browser. */
import type { SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import type { SessionReasons } from '../../checker/traces/reasons.js';
import type { ClaimResult, Limits, PolicyResult, Trace } from '../../checker/results/result.js';
import type { Policy, Position } from '../../model/policy/policy.js';
import type { PolicyDiagram } from '../protocol.js';

export interface CheckerHost {
    /** Starts checking `policy`; several runs may be in progress at once. */
    start(policy: Policy, limits: Limits, listener: CheckListener, options?: RunOptions): CheckRun;
    /** Answers another query about a policy. Without this function, such queries are not answered. */
    ask?(question: Question): AskRun;
    dispose(): Promise<void>;
}

/** Queries about a policy besides its check. */
export type Question =
    | { readonly kind: 'again'; readonly policy: Policy; readonly trace: Pick<Trace, 'steps' | 'start'> }
    | { readonly kind: 'picture'; readonly policy: Policy }
    | {
          readonly kind: 'reasons';
          readonly policy: Policy;
          readonly trace: Pick<Trace, 'steps' | 'start'>;
          /** The name of the claim that the session breaks. */
          readonly claim?: string;
      };

export type Answer = SessionAgain | SessionReasons | PolicyDiagram;

export interface AskRun {
    /** Never rejects. */
    readonly outcome: Promise<AskOutcome>;
    cancel(): void;
}

export type AskOutcome =
    | { readonly kind: 'answered'; readonly answer: Answer }
    | Exclude<CheckOutcome, { readonly kind: 'done' }>;

export interface RunOptions {
    /** A place in the policy's own file: claims near it come first. */
    readonly near?: Position;
    /** If set, claims that a time limit left undecided are searched again. */
    readonly retries?: boolean;
}

export interface CheckListener {
    /** Called for a claim as soon as it is decided; called again with its second line if that takes a search. */
    onClaim(claim: ClaimResult): void;
    onProgress(progress: CheckProgress): void;
}

/** The progress of the search for the claim with index `claim`. */
export interface CheckProgress {
    readonly claim: string;
    readonly states: number;
}

export interface CheckRun {
    /** Never rejects. */
    readonly outcome: Promise<CheckOutcome>;
    /** Ends the run: the outcome is `cancelled`, or `done` if it was already complete. */
    cancel(): void;
}

export type CheckOutcome =
    | { readonly kind: 'done'; readonly result: PolicyResult }
    | { readonly kind: 'cancelled' }
    /** The checker refused or failed; `message` is a sentence. */
    | { readonly kind: 'failed'; readonly message: string }
    /** The worker has ended (out of memory, a crash). The next run starts another one. */
    | { readonly kind: 'died'; readonly message: string };
