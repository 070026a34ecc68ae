/** The shared data of all findings, and the way they are searched for. */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Answer } from '../search/answer.js';
import type { Basis, ClaimResult, Finding, Trace } from '../results/result.js';
import type { Survey } from './survey.js';

/** One kind of defect. It is reported with a session or a proof, and is silent where the search gives neither. */
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
     * A shortest session that breaks the claim, or does what it says is possible; undefined where a search within the limits
     * of findings finds none. Of a variant of the policy the session is one of the variant.
     */
    readonly session: (question: Question, variant?: Policy) => Shown | undefined;
    /** The same with more than a finding shows; undefined where there was no time to search. */
    readonly answer: (question: Question, variant?: Policy) => Answer | undefined;
}

/** A session as a finding shows it. */
export interface Shown {
    readonly trace: Trace;
    readonly basis: Basis;
}
