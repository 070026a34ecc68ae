/** The data that findings are computed from, and the searches that they can run. */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Answer } from '../search/answer.js';
import type { Basis, ClaimResult, Finding, Trace } from '../results/result.js';
import type { Survey } from './survey.js';

/** One kind of defect. It is reported with a session or a proof; if the search gives neither, nothing is reported. */
export interface FindingRule {
    readonly codes: readonly string[];
    readonly find: (context: FindingContext) => Finding[];
}

export interface FindingContext {
    readonly policy: Policy;
    /** The results of the policy's claims. */
    readonly claims: readonly ClaimResult[];
    /** The decisions that calls can meet. */
    readonly survey: Survey;
    /**
     * A shortest session that breaks the claim, or completes its `possible`; undefined if a search within the limits of
     * findings finds none. For a variant of the policy, the session belongs to the variant.
     */
    readonly session: (question: Question, variant?: Policy) => ShownSession | undefined;
    /** The same as `session`, with more data than a finding shows; undefined if there was no time to search. */
    readonly answer: (question: Question, variant?: Policy) => Answer | undefined;
}

/** A session as a finding shows it. */
export interface ShownSession {
    readonly trace: Trace;
    readonly basis: Basis;
}
