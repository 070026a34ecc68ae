/** The second line of a claim: what a hijacked agent gains by dropping its session and opening another (M19). */
import type { Claim, Policy } from '../../model/policy/policy.js';
import { claimFor, questionOf } from '../questions/question.js';
import type { ClaimSearch } from '../reductions/new-sessions.js';
import { secondLineOf } from '../reductions/new-sessions.js';
import { basisOf, limited, resultOf, unreached } from './claims.js';
import { answering } from './answers.js';
import { type Prove, proofOf } from './proofs.js';
import { beside } from '../search/search-log.js';
import { explain } from '../traces/explain.js';
import { within } from '../limits/budget.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { budgetOf } from '../search/breadth-first.js';
import { isJudged, isSafety } from '../reductions/all-sessions.js';
import type { Resumable } from '../limits/resumable.js';
import type { AcrossSessions, ClaimResult, VerdictWord } from '../results/result.js';
import { namesOfScopes } from '../limits/scopes.js';

/** The claim's verdict, with its second line if one session already determines it. */
export function* firstLineOf(policy: Policy, claim: Claim, options: ExploreOptions): Resumable<ClaimResult> {
    const result = yield* resultOf(policy, claim, options);
    if (!hasSecondLine(claim, result) || isSearched(policy, claim, result)) {
        return result;
    }
    const { verdict, explanation, basis } = result;
    return { ...result, acrossSessions: { verdict, line: lineOf(verdict), explanation, basis } };
}

/**
 * True if the second line needs a separate search. If a search of fewer sessions did not decide the claim, a search of
 * more does not.
 */
export function isSearched(policy: Policy, claim: Claim, result: ClaimResult): boolean {
    return result.verdict !== 'undecided' && searchOfSecondLine(policy, claim, result) !== undefined;
}

/** True for a claim that no single session breaks. */
function hasSecondLine(claim: Claim, { verdict }: ClaimResult): boolean {
    return isSafety(questionOf(claim)) && claim.across !== true && verdict !== 'violated';
}

/** Undefined if a search of one session determines it. */
function searchOfSecondLine(policy: Policy, claim: Claim, result: ClaimResult): ClaimSearch | undefined {
    const question = questionOf(claim);
    return hasSecondLine(claim, result) && isSafety(question)
        ? secondLineOf(policy, question, result.basis.by === 'proof')
        : undefined;
}

/** The result with its second line, which needs a search (`isSearched`). */
export function* withSecondLine(
    policy: Policy,
    claim: Claim,
    result: ClaimResult,
    options: ExploreOptions
): Resumable<ClaimResult> {
    const all = searchOfSecondLine(policy, claim, result);
    if (!all) {
        return result;
    }
    const narrow = limited(options, result);
    const budget = budgetOf(narrow);
    const answer = yield* within(
        budget,
        answering(
            all.policy,
            all.question,
            beside(narrow, 'the claim across sessions'),
            options.withoutProofs ? undefined : proofOverAll(policy, claim, all)
        )
    );
    const { trace, exploration, scopes } = answer;
    const acrossSessions: AcrossSessions = {
        verdict: answer.verdict,
        line: lineOf(answer.verdict),
        explanation: explain(all.question, {
            verdict: answer.verdict,
            within: namesOfScopes(scopes),
            saysNothing: false,
            furthest: answer.furthest,
            ...(exploration.limit !== undefined && { limit: exploration.limit }),
            ...(trace && { summary: trace.summary })
        }),
        basis: basisOf(answer, budget.spent),
        ...(trace && { trace })
    };
    const search = options.log && [...(result.search ?? []), ...options.log.attempts];
    return { ...result, acrossSessions, ...(search && { search }) };
}

/** The proof of the claim over all sessions: as it is written, or over the history of the session and the copy that is kept. */
function proofOverAll(policy: Policy, claim: Claim, { policy: copied, question }: ClaimSearch): Prove {
    const asWritten = proofOf(policy, { ...claim, across: true });
    return () => asWritten() ?? (isJudged(question) ? proofOf(copied, claimFor(question))() : undefined);
}

/** The result with its second line left open, because no time was left to search for it, or the search failed. */
export function withOpenSecondLine(claim: Claim, result: ClaimResult, spent: { readonly text: string }): ClaimResult {
    const { verdict, explanation, basis } = unreached(claim, spent);
    return { ...result, acrossSessions: { verdict, line: lineOf(verdict), explanation, basis } };
}

function lineOf(verdict: VerdictWord): string {
    switch (verdict) {
        case 'violated':
            return 'also across sessions: broken by a second session';
        case 'undecided':
            return 'also across sessions: undecided; mark the claim `across sessions` to search further';
        default:
            return `also across sessions: ${verdict}`;
    }
}
