/** One claim, from what it sees to its verdict. */
import { unanswered } from './unanswered.js';
import { questionOf } from '../questions/question.js';
import type { Claim, Policy } from '../../model/policy.js';
import type { Question, StateQuestion } from '../questions/question.js';
import { TRUE } from '../../model/truth.js';
import { searchedFor } from '../reductions/new-sessions.js';
import type { Answer } from '../search/answer.js';
import type { Beyond } from '../results/result.js';
import { beyondOf } from '../system/unsupported.js';
import { untriedText } from '../concrete/contest.js';
import { liftedFrom } from '../concrete/lifted.js';
import { Budget, timeLeft, tryWithin, within } from '../limits/budget.js';
import { searchWithin } from './concrete.js';
import type { Reach } from '../reductions/cone.js';
import { reachOf } from '../reductions/cone.js';
import { settled } from './over-approximation.js';
import { kindsOfSessions } from '../reductions/environment/constants.js';
import { searchEach } from './each-constant.js';
import { searchExactly } from './exact.js';
import { explain } from '../traces/explain.js';
import { CONSTANTS } from '../system/support-table.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { budgetOf } from '../search/breadth-first.js';
import { limitOf } from '../limits/limits.js';
import type { Pausing } from '../limits/resumable.js';
import { finished } from '../limits/resumable.js';
import { assumptionReference, restings, restingsText } from '../traces/assumptions-needed.js';
import type { SearchIn } from './fewer-rules.js';
import { searchRelaxed } from './fewer-rules.js';
import type { Basis, ClaimResult, VerdictWord } from '../results/result.js';
import { acceptedBy, isExpected } from '../results/accepted-scopes.js';
import { neededValues } from '../reductions/needed-key-values.js';
import { namesOfScopes } from '../limits/scopes.js';
import { searchStaysPossible } from '../recoverability/check.js';
import { withStanding } from '../reductions/reusable-approvals.js';
import { ONE_AT_A_TIME } from '../reductions/overlaps.js';
import { represented } from '../system/represented-totals.js';
import { approvedEach } from '../reductions/single-use-approvals.js';
import { verdictOf } from '../results/verdict.js';

export function checkClaim(policy: Policy, claim: Claim, options: ExploreOptions): ClaimResult {
    return finished(resultOf(policy, claim, options));
}

/** The same with pauses. */
export function* resultOf(whole: Policy, written: Claim, options: ExploreOptions): Pausing<ClaimResult> {
    const budget = budgetOf(options);
    const { policy, question } = searchedFor(whole, questionOf(written));
    const reach = reachOf(policy, question);
    const beyond = tryWithin(
        budget,
        () => unrepresented(policy, question, reach),
        () => []
    );
    const answer = yield* within(budget, search(policy, question, options, beyond), unanswered);
    const { verdict, trace, scopes, exploration } = answer;
    const narrowing = NARROWED.has(verdict) ? beyond : [];
    const inScope = IN_SCOPE.has(verdict) ? namesOfScopes(scopes) : [];
    const accepts = acceptedBy(written.annotations);
    // That everything is possible if everything is allowed is not an argument against a claim.
    const saysNothing =
        verdict === 'holds' &&
        question.goal !== 'recovery' &&
        (yield* within(beside(budget), holdsWithoutRules(policy, question, options), () => false));
    const rests = yield* within(
        beside(budget),
        restings(policy, reach.assumptions, verdict, (other) => verdictIn(other, question, options)),
        // If it is unknown which assumptions matter, every one that the claim sees may.
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
        })}${restingsText(rests)}`,
        ...(rests.length > 0 && { assumptions: rests.map(assumptionReference) }),
        basis: basisOf(answer, budget.spent),
        ...(inScope.length > 0 && { within: inScope }),
        ...(accepts.length > 0 && { accepts }),
        ...(narrowing.length > 0 && { beyond: narrowing }),
        ...(trace && { trace }),
        obstacles: answer.obstacles,
        saysNothing,
        expected: isExpected(written.annotations, verdict)
    };
}

/** The verdicts that what is outside the exact search leaves open; the others were decided without it, or in spite of it. */
const NARROWED: ReadonlySet<VerdictWord> = new Set(['holds in scope', 'not witnessed in scope', 'undecided']);

const IN_SCOPE: ReadonlySet<VerdictWord> = new Set(['holds in scope', 'not witnessed in scope']);

/** A scope in which no session could break the claim says nothing of it, even where its rules stop every call. */
function* search(
    policy: Policy,
    question: Question,
    options: ExploreOptions,
    beyond: readonly Beyond[]
): Pausing<Answer> {
    const found = yield* searchIn(policy, question, options, beyond);
    if (found.verdict !== 'holds in scope' || question.goal === 'recovery') {
        return found;
    }
    if (found.scopes.includes(ONE_AT_A_TIME)) {
        // The finite system has no calls that run while others are made; concrete sessions have.
        const overlapping = yield* within(shareOf(HALF), searchWithin(policy, question, [], options), unanswered);
        if (overlapping.trace) {
            return overlapping;
        }
    }
    const needed = neededValues(policy, question, reachOf(policy, question));
    if (found.values !== undefined && found.values < needed) {
        return untried(
            question.goal,
            found,
            `keys had at most ${found.values} different values, and it may take ${needed} to count so many`
        );
    }
    if (found.isContested) {
        return found;
    }
    const maxStates = Math.min(options.limits.maxStates, limitOf('contestStates'));
    const limited = { ...options, limits: { ...options.limits, maxStates }, withoutCauses: true } as const;
    const asking = policy.rules.some(({ kind }) => kind === 'approval') ? [liftedFrom(policy)] : [];
    for (const lifted of [allowingAll(policy), ...asking]) {
        const { verdict } = yield* searchOnce(lifted, question, limited);
        if (verdict === 'violated') {
            return found;
        }
    }
    return untried(question.goal, found, untriedText({ source: question.usedAt ?? question.source }));
}

/** @param limit what was not tried in the scope */
function untried(goal: Question['goal'], found: Answer, limit: string): Answer {
    const { exploration, scopes } = found;
    const evidence = { goal, session: false, exhausted: true, scopes, empty: false, untried: true };
    return { ...found, verdict: verdictOf(evidence), exploration: { ...exploration, exhausted: false, limit } };
}

/**
 * With all rules, by the finite system where it represents all that the claim sees; else with few rules first. So it is,
 * too, where counts or totals are in sight: beside keys and windows they have many values, and few claims depend on them.
 */
function* searchIn(
    policy: Policy,
    question: Question,
    options: ExploreOptions,
    beyond: readonly Beyond[]
): Pausing<Answer> {
    const proof = question.goal === 'state' ? yield* proofByApprovals(policy, question, options) : undefined;
    if (proof) {
        return proof;
    }
    let few: { readonly answer: Answer | undefined } | undefined;
    const withFew = function* (): Pausing<Answer | undefined> {
        const once: SearchIn = (some, of, more) => searchOnce(some, of, { ...options, ...more });
        few ??= {
            answer: yield* within(shareOf(HALF), searchRelaxed(policy, question, once, options.shared), () => undefined)
        };
        return few.answer;
    };
    if (reachOf(policy, question).recorders.size > 0) {
        const found = yield* withFew();
        const isCut = found?.exploration.limit !== undefined;
        if (found && (isCut ? options.isFewEnough === true : found.scopes.length === 0)) {
            return found;
        }
    }
    const concrete = function* (): Pausing<Answer> {
        return (yield* withFew()) ?? (yield* searchWithin(policy, question, beyond, options));
    };
    return yield* searchBoth(policy, question, options, beyond, concrete);
}

/** Claims that there are no more releases than approvals, where each release has its own. */
function* proofByApprovals(
    policy: Policy,
    question: StateQuestion,
    options: ExploreOptions
): Pausing<Answer | undefined> {
    const each = approvedEach(policy, question);
    const found = each && (yield* answering(policy, each, options));
    if (!found || (found.verdict !== 'holds' && found.verdict !== 'vacuous')) {
        return undefined;
    }
    const { exploration, scopes } = found;
    const evidence = { goal: question.goal, session: false, exhausted: exploration.exhausted, scopes, empty: false };
    return { ...found, verdict: verdictOf(evidence) };
}

/**
 * The features that the exact search does not support, once counts and totals are monitors of it as far as possible.
 */
function unrepresented(policy: Policy, question: Question, reach: Reach): Beyond[] {
    const kept = withStanding(policy, question, reach);
    const seen = represented(kept.policy, kept.question, reachOf(kept.policy, kept.question));
    return beyondOf(seen.policy, seen.question, seen.policy === policy ? reach : reachOf(seen.policy, seen.question));
}

/** With just these rules. */
function* searchOnce(policy: Policy, question: Question, options: ExploreOptions): Pausing<Answer> {
    const beyond = unrepresented(policy, question, reachOf(policy, question));
    return yield* searchBoth(policy, question, options, beyond, () => searchWithin(policy, question, beyond, options));
}

function* searchBoth(
    policy: Policy,
    question: Question,
    options: ExploreOptions,
    beyond: readonly Beyond[],
    concrete: () => Pausing<Answer>
): Pausing<Answer> {
    const open = beyond.filter(({ what }) => what !== CONSTANTS);
    const kinds = open.length < beyond.length ? kindsOfSessions(policy, question, reachOf(policy, question)) : [{}];
    // With more sessions than there are, more is reached, and more stays possible: nothing is proved.
    if (!kinds || open.some(({ isMore }) => !isMore || question.goal === 'recovery')) {
        return yield* concrete();
    }
    const approximates = open.map(({ what }) => what);
    const found = yield* within(
        shareOf(MOST),
        searchEach(policy, question, kinds, options, (fixed, of, limited) =>
            of.goal === 'recovery'
                ? searchStaysPossible(fixed, of, limited)
                : searchExactly(fixed, of, limited, approximates)
        ),
        (spent) => ({ ...unanswered(spent), approximates: [...approximates, UNFINISHED] })
    );
    return yield* settled(found, policy, question, {
        other: (witness) => searchOnce(policy, witness, options),
        concrete
    });
}

/** The share of the remaining time that a search may take before the next one has its turn. */
const HALF = 0.5;
const MOST = 0.75;

function shareOf(part: number): Budget {
    return new Budget(part * timeLeft());
}

/** As a reason to search concrete sessions. */
const UNFINISHED = 'what was not explored in time';

/** True if the claim says nothing about the rules: it would hold if every call were allowed (M22). */
function* holdsWithoutRules(policy: Policy, question: Question, options: ExploreOptions): Pausing<boolean> {
    return (yield* verdictIn(allowingAll(policy), question, options)) === 'holds';
}

/** The policy with every call allowed. */
export function allowingAll(policy: Policy): Policy {
    return {
        ...policy,
        rules: [
            {
                kind: 'allow',
                subject: { tools: policy.tools.map(() => TRUE), text: 'any tool' },
                when: { op: 'constant', value: TRUE },
                text: 'allow any agent: any tool',
                source: policy.source
            }
        ]
    };
}

function* verdictIn(policy: Policy, question: Question, options: ExploreOptions): Pausing<VerdictWord> {
    return (yield* answering(policy, question, { ...options, withoutCauses: true })).verdict;
}

/** The same after the claim is decided. */
export function leftOver({ limits, isCancelled }: ExploreOptions, { basis }: Pick<ClaimResult, 'basis'>): Budget {
    const { timeoutMs } = limits;
    return new Budget(Math.max(timeoutMs / SMALL_PART, timeoutMs - basis.milliseconds), isCancelled);
}

/** A question besides a search may take this small a part of its time, if the search left none. */
export const SMALL_PART = 25;

/** The time of what is asked beside a search: what the search left of its own, and never less than a small part of it. */
export function beside(budget: Budget): Budget {
    return new Budget(Math.max(budget.milliseconds / SMALL_PART, budget.left), budget.isCancelled);
}

/** The part of a result that the claim alone decides. */
function headOf({
    name,
    kind,
    annotations = [],
    text,
    source,
    usedAt
}: Claim): Pick<ClaimResult, 'name' | 'kind' | 'annotations' | 'text' | 'source' | 'usedAt'> {
    return { name, kind, annotations, text, source, ...(usedAt && { usedAt }) };
}

/** The result of a claim that there was no time to check. */
export function unreached(claim: Claim, spent: Budget): ClaimResult {
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

/** The bare result of the search for a claim: not whether the claim says something, nor what the result rests on. */
export function answerTo(policy: Policy, question: Question, options: ExploreOptions): Answer {
    return finished(answering(policy, question, options));
}

/** The same with pauses. */
export function* answering(policy: Policy, question: Question, options: ExploreOptions): Pausing<Answer> {
    const searching = function* (): Pausing<Answer> {
        return yield* search(policy, question, options, unrepresented(policy, question, reachOf(policy, question)));
    };
    return yield* within(budgetOf(options), searching(), unanswered);
}

/** The basis of a search. */
export function basisOf({ exploration, scopes, slice }: Answer, milliseconds: number): Basis {
    const { states, transitions, depth, exhausted, limit } = exploration;
    return {
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
