/**
 * The messages between the language server and its checker workers: plain data only. A check takes two calls to one
 * worker: the first returns the pieces of the check; the second passes the known outcomes, and the worker searches the
 * other pieces.
 */
import type { Outcome, Piece } from '../../checker/incremental/outcomes.js';
import type { Limits, PolicyResult } from '../../checker/results/result.js';
import type { Policy, Position } from '../../model/policy/policy.js';
import type { Answer, CheckProgress, Question } from './host.js';

export type CheckOrder =
    | { readonly kind: 'plan'; readonly policy: Policy; readonly limits: Limits }
    | {
          readonly kind: 'search';
          /** The known outcomes for the pieces of the last plan, by number. */
          readonly known: ReadonlyMap<number, Outcome>;
          /** A place in the policy's own file: claims near it come first. */
          readonly near?: Position;
      }
    | { readonly kind: 'ask'; readonly question: Question };

export type CheckReport =
    | { readonly kind: 'outcome'; readonly piece: number; readonly outcome: Outcome; readonly isComplete: boolean }
    | { readonly kind: 'progress'; readonly progress: CheckProgress };

export type CheckAnswer =
    /** The keys of the pieces are hashes. */
    | { readonly kind: 'plan'; readonly pieces: readonly Piece[] }
    /** The answer for a policy that cannot be checked in pieces. */
    | { readonly kind: 'result'; readonly result: PolicyResult }
    /** The answer once all pieces of the plan have been reported. */
    | { readonly kind: 'searched' }
    | { readonly kind: 'answer'; readonly answer: Answer };
