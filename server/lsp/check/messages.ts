/**
 * What the language server asks of its checker workers, and what they answer: plain data only. A check takes two calls of one
 * worker: the first is answered with the pieces of the check, and the second says which of them are known, so that the worker
 * searches the others.
 */
import type { Outcome, Piece } from '../../checker/incremental/outcomes.js';
import type { Limits, PolicyResult } from '../../checker/results/result.js';
import type { SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import type { Policy, Position } from '../../model/policy/policy.js';
import type { PolicyPicture } from '../protocol.js';
import type { CheckProgress, Question } from './host.js';

export type CheckOrder =
    | { readonly kind: 'plan'; readonly policy: Policy; readonly limits: Limits }
    | {
          readonly kind: 'search';
          /** What is known of the pieces of the last plan, by their number. */
          readonly known: ReadonlyMap<number, Outcome>;
          /** In the policy's own file: claims near it come first. */
          readonly near?: Position;
      }
    | { readonly kind: 'ask'; readonly question: Question };

export type CheckReport =
    | { readonly kind: 'outcome'; readonly piece: number; readonly outcome: Outcome; readonly isComplete: boolean }
    | { readonly kind: 'progress'; readonly progress: CheckProgress };

export type CheckAnswer =
    /** The keys of the pieces are hashes. */
    | { readonly kind: 'plan'; readonly pieces: readonly Piece[] }
    /** Of a policy that has no pieces. */
    | { readonly kind: 'result'; readonly result: PolicyResult }
    /** All pieces of the plan are reported. */
    | { readonly kind: 'searched' }
    | { readonly kind: 'answer'; readonly answer: SessionAgain | PolicyPicture };
