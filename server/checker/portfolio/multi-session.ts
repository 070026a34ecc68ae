/** The second line of a claim: what a hijacked agent gains that drops its session and opens another (M19). */
import type { Claim, Policy } from '../../model/policy/policy.js';
import { questionOf } from '../questions/question.js';
import type { Searched } from '../reductions/new-sessions.js';
import { secondLineOf } from '../reductions/new-sessions.js';
import { basisOf, leftOver, resultOf, unreached } from './claims.js';
import { answering } from './answers.js';
import { beside } from '../search/search-log.js';
import { explain } from '../traces/explain.js';
import type { Budget } from '../limits/budget.js';
import { within } from '../limits/budget.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { budgetOf } from '../search/breadth-first.js';
import { isSafety } from '../reductions/all-sessions.js';
import type { Pausing } from '../limits/resumable.js';
import type { AcrossSessions, ClaimResult, VerdictWord } from '../results/result.js';
import { limitOf } from '../limits/limits.js';
import { namesOfScopes } from '../limits/scopes.js';

/** The claim's verdict, with the second line of a claim of which one session says all. */
export function* firstLineOf(policy: Policy, claim: Claim, options: ExploreOptions): Pausing<ClaimResult> {
    const result = yield* resultOf(policy, claim, options);
    if (!hasSecondLine(claim, result) || isSearched(policy, claim, result)) {
        return result;
    }
    const { verdict, explanation, basis } = result;
    return { ...result, acrossSessions: { verdict, line: lineOf(verdict), explanation, basis } };
}

/**
 * True if the second line takes a search of its own. What a search of fewer sessions did not decide, one of more does
 * not.
 */
export function isSearched(policy: Policy, claim: Claim, result: ClaimResult): boolean {
    return result.verdict !== 'undecided' && searchOfSecondLine(policy, claim, result) !== undefined;
}

/** One session alone breaks no such claim. */
function hasSecondLine(claim: Claim, { verdict }: ClaimResult): boolean {
    return isSafety(questionOf(claim)) && claim.across !== true && verdict !== 'violated';
}

/** Undefined: one session says all. */
function searchOfSecondLine(policy: Policy, claim: Claim, result: ClaimResult): Searched | undefined {
    const question = questionOf(claim);
    return hasSecondLine(claim, result) && isSafety(question) ? secondLineOf(policy, question) : undefined;
}

/** The result with its second line, which takes a search (`isSearched`). */
export function* withSecondLine(
    policy: Policy,
    claim: Claim,
    result: ClaimResult,
    options: ExploreOptions
): Pausing<ClaimResult> {
    const all = searchOfSecondLine(policy, claim, result);
    if (!all) {
        return result;
    }
    const narrow = limited(options, result);
    const budget = budgetOf(narrow);
    const answer = yield* within(
        budget,
        answering(all.policy, all.question, beside(narrow, 'the claim across sessions'))
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

/** The result with its second line left open, since no time was left to search for it. */
export function withOpenSecondLine(claim: Claim, result: ClaimResult, spent: Budget): ClaimResult {
    const { verdict, explanation, basis } = unreached(claim, spent);
    return { ...result, acrossSessions: { verdict, line: lineOf(verdict), explanation, basis } };
}

/**
 * The second line is no reason to wait much longer: where it would take more, it is undecided. A step into another session is
 * not in generated code (`compiled/`), and concrete sessions take longer still. Of a large claim the steps are too few to
 * cover all sessions: only a short one is looked for.
 */
function limited(options: ExploreOptions, { basis, beyond }: ClaimResult): ExploreOptions {
    const { limits } = options;
    const states = beyond
        ? limitOf('concreteSecondStates') + basis.states
        : Math.min(limitOf('secondLineLeast') + limitOf('secondLineTimes') * basis.states, limitOf('secondLineStates'));
    return {
        ...options,
        isFewEnough: true,
        limits: {
            ...limits,
            timeoutMs: Math.min(limits.timeoutMs / TIMES_LESS, leftOver(options, { basis }).milliseconds),
            maxStates: Math.min(limits.maxStates, states),
            maxTransitions: Math.min(
                limitOf('concreteSecondSteps') + Math.floor(basis.transitions / 2),
                limitOf('concreteSecondAll')
            )
        }
    };
}

/** A second line, and findings, have a small part of the time of claims. */
export const TIMES_LESS = 10;

function lineOf(verdict: VerdictWord): string {
    return `also across sessions: ${verdict === 'violated' ? 'broken by a second session' : verdict}`;
}
