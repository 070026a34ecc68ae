/**
 * What the language server and its checker workers say to each other: plain data only. An order is answered with the pieces
 * of the check; the server says which of these it knows, and the worker searches the others.
 */
import type { Outcome, Piece } from '../../checker/incremental/outcomes.js';
import type { Limits, PolicyResult } from '../../checker/results/result.js';
import type { Policy, Position } from '../../model/policy.js';
import type { SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import type { PolicyPicture } from '../protocol.js';
import type { CheckProgress, Question } from './host.js';

export interface CheckOrder {
    readonly kind: 'check';
    readonly run: number;
    readonly policy: Policy;
    readonly limits: Limits;
    /**
     * One Int32; anything but 0 asks the run to stop. Shared, because a busy worker reads no messages; where no memory can
     * be shared, the worker is ended.
     */
    readonly stop?: SharedArrayBuffer;
}

/** The second order of a run: what is known of its pieces, by their number. */
export interface SearchOrder {
    readonly kind: 'search';
    readonly run: number;
    readonly known: ReadonlyMap<number, Outcome>;
    /** In the policy's own file: claims near it come first. */
    readonly near?: Position;
}

/** A run of its own: one question about a policy. */
export interface AskOrder {
    readonly kind: 'ask';
    readonly run: number;
    readonly question: Question;
    readonly stop?: SharedArrayBuffer;
}

export type WorkerOrder = CheckOrder | SearchOrder | AskOrder;

/** A piece, with a hash of its key. */
export type PlannedPiece = Piece;

export type CheckReport = { readonly run: number } & (
    | { readonly kind: 'plan'; readonly pieces: readonly PlannedPiece[] }
    | { readonly kind: 'outcome'; readonly piece: number; readonly outcome: Outcome; readonly isComplete: boolean }
    | { readonly kind: 'progress'; readonly progress: CheckProgress }
    /** `result`: of a policy that has no pieces. */
    | { readonly kind: 'done'; readonly result?: PolicyResult }
    /** Of a question. */
    | { readonly kind: 'answer'; readonly answer: SessionAgain | PolicyPicture }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'failed'; readonly message: string }
);
