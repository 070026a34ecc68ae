/** Checks one claim, from the part that it sees to its verdict. */
import { beside as besideClaim } from '../search/search-log.js';
import { allowingAll, answered, answering, unrepresented } from './answers.js';
import { unanswered } from './unanswered.js';
import { questionOf } from '../questions/question.js';
import type { Claim, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { searchedFor } from '../reductions/new-sessions.js';
import type { Answer } from '../search/answer.js';
import { Budget, tryWithin, within } from '../limits/budget.js';
import { reachOf } from '../reductions/cone.js';
import { explain } from '../traces/explain.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { proofOf } from './proofs.js';
import { budgetOf, workOf } from '../search/breadth-first.js';
import type { Resumable } from '../limits/resumable.js';
import { finished } from '../limits/resumable.js';
import { assumptionReference, restings, assumptionsNeededText } from '../traces/assumptions-needed.js';
import type { Basis, ClaimResult, Costs, VerdictWord } from '../results/result.js';
import { acceptedBy, isExpected } from '../results/accepted-scopes.js';
import { limitOf } from '../limits/limits.js';
import { namesOfScopes } from '../limits/scopes.js';

/** Checks one claim to its end, or to the limits of the options. */
export function checkClaim(policy: Policy, claim: Claim, options: ExploreOptions): ClaimResult {
    return finished(resultOf(policy, claim, options));
}

/** Like `checkClaim`, with pauses. */
export function* resultOf(whole: Policy, written: Claim, options: ExploreOptions): Resumable<ClaimResult> {
    const budget = budgetOf(options);
    const { policy, question } = searchedFor(whole, questionOf(written));
    const reach = reachOf(policy, question);
    const beyond = tryWithin(
        budget,
        () => unrepresented(policy, question, reach),
        () => []
    );
    // The search with the most states stands for the others, such as those with fewer values of keys.
    let costs: Costs | undefined;
    const onCosts = (found: Costs): void => void (costs = costs && costs.states >= found.states ? costs : found);
    const answer = yield* within(
        budget,
        answered(
            policy,
            question,
            { ...options, onCosts },
            beyond,
            options.withoutProofs ? undefined : proofOf(whole, written)
        ),
        unanswered
    );
    const { verdict, trace, scopes, exploration } = answer;
    const narrowing = NARROWED.has(verdict) ? beyond : [];
    const inScope = IN_SCOPE.has(verdict) ? namesOfScopes(scopes) : [];
    const accepts = acceptedBy(written.annotations);
    // If everything is possible when everything is allowed, this does not count against a claim.
    const saysNothing =
        verdict === 'holds' &&
        question.goal !== 'recovery' &&
        (yield* within(
            beside(budget),
            holdsWithoutRules(policy, question, limited(options, { basis: basisOf(answer, budget.spent) })),
            () => false
        ));
    const rests = yield* within(
        beside(budget),
        restings(policy, reach.assumptions, verdict, (other) =>
            verdictIn(other, question, besideClaim(options, 'the claim without an assumption'))
        ),
        // If the relevant assumptions are unknown, every assumption that the claim sees may be relevant.
        () => (policy.assumptions ?? []).filter((one) => one.kind === 'agent' || reach.assumptions.has(one))
    );
    return {
        ...headOf(written),
        verdict,
        explanation: `${explain(question, {
            verdict,
            within: inScope,
            saysNothing,
            furthest: answer.furthest,
            ...(exploration.limit !== undefined && { limit: exploration.limit }),
            ...(trace && { summary: trace.summary })
        })}${answer.unknown === undefined ? '' : ` However, ${answer.unknown}.`}${assumptionsNeededText(rests)}`,
        ...(rests.length > 0 && { assumptions: rests.map(assumptionReference) }),
        basis: {
            ...basisOf(answer, budget.spent),
            ...(verdict === 'undecided' && costs && costs.parts.length > 0 && { costs })
        },
        ...(inScope.length > 0 && { within: inScope }),
        ...(accepts.length > 0 && { accepts }),
        ...(narrowing.length > 0 && { beyond: narrowing }),
        ...(answer.unknown !== undefined && { unknown: answer.unknown }),
        ...(trace && { trace }),
        obstacles: answer.obstacles,
        saysNothing,
        ...(options.log && { search: options.log.attempts }),
        expected: isExpected(written.annotations, verdict)
    };
}

/** The verdicts that unsupported parts leave open; the others were decided without these parts, or despite them. */
const NARROWED: ReadonlySet<VerdictWord> = new Set(['holds in scope', 'not witnessed in scope', 'undecided']);

const IN_SCOPE: ReadonlySet<VerdictWord> = new Set(['holds in scope', 'not witnessed in scope']);

/** True if the claim states nothing about the rules: it would hold if every call were allowed (M22). */
function* holdsWithoutRules(policy: Policy, question: Question, options: ExploreOptions): Resumable<boolean> {
    const asked = besideClaim(options, 'the claim if every call were allowed');
    const claims = policy.claims.filter((claim) => questionOf(claim) === question);
    return (yield* verdictIn({ ...allowingAll(policy), claims }, question, asked)) === 'holds';
}

function* verdictIn(policy: Policy, question: Question, options: ExploreOptions): Resumable<VerdictWord> {
    const anySession = { isShortestWanted: () => false, withoutCauses: true } as const;
    return (yield* answering(policy, question, { ...options, ...anySession })).verdict;
}

/**
 * Limits for a further question about a decided claim, which is not worth a long wait: if it takes more than the claim did, it
 * is left open. In another session there is no generated code (`compiled/`), and concrete sessions are slower. For a large claim the
 * steps are too few to cover all sessions, so only a short one is searched for.
 */
export function limited(
    options: ExploreOptions,
    { basis, beyond }: Pick<ClaimResult, 'basis' | 'beyond'>
): ExploreOptions {
    const { limits } = options;
    const states = beyond
        ? limitOf('concreteSecondStates') + basis.states
        : Math.min(limitOf('secondLineLeast') + limitOf('secondLineTimes') * basis.states, limitOf('secondLineStates'));
    return {
        ...options,
        isFewEnough: true,
        limits: {
            ...limits,
            maxWork: workOf(limits) / TIMES_LESS,
            maxStates: Math.min(limits.maxStates, states),
            maxTransitions: Math.min(
                limitOf('concreteSecondSteps') + Math.floor(basis.transitions / 2),
                limitOf('concreteSecondAll')
            )
        }
    };
}

/** A further question gets a small share of the work of a claim. */
const TIMES_LESS = 10;

/** The small share that an auxiliary question may take if the search left nothing. */
const SMALL_PART = 25;

/** What auxiliary questions may take: what the search left, but at least a small share of what it was given. */
function beside({ milliseconds, work, left, isCancelled }: Budget): Budget {
    return new Budget(
        {
            milliseconds: Math.max(milliseconds / SMALL_PART, left.milliseconds),
            work: Math.max(work / SMALL_PART, left.work)
        },
        isCancelled
    );
}

/** The part of a result that depends only on the claim. */
function headOf({
    name,
    kind,
    annotations = [],
    text,
    source,
    usedAt,
    acceptable
}: Claim): Pick<ClaimResult, 'name' | 'kind' | 'annotations' | 'text' | 'source' | 'usedAt' | 'acceptable'> {
    return { name, kind, annotations, text, source, ...(usedAt && { usedAt }), ...(acceptable && { acceptable }) };
}

/** The result of a claim that could not be checked, with the reason, such as a limit. */
export function unreached(claim: Claim, spent: { readonly text: string }): ClaimResult {
    const answer = unanswered(spent);
    const { verdict, obstacles, furthest } = answer;
    return {
        ...headOf(claim),
        verdict,
        explanation: explain(questionOf(claim), {
            verdict,
            within: [],
            saysNothing: false,
            furthest,
            limit: spent.text
        }),
        basis: basisOf(answer, 0),
        obstacles,
        saysNothing: false,
        expected: false
    };
}

/** The basis of a search. */
export function basisOf({ exploration, scopes, slice, proof, trace }: Answer, milliseconds: number): Basis {
    const { states, transitions, depth, exhausted, limit } = exploration;
    return {
        by: proof ? 'proof' : trace ? 'session' : 'search',
        states,
        transitions,
        depth,
        exhausted,
        scopes,
        ...(limit !== undefined && { limit }),
        slice,
        milliseconds
    };
}
