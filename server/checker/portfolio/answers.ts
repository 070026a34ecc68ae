/** The answer to one question by the methods in the table, and a second attempt if an answer is only for a scope. */
import type { Policy } from '../../model/policy/policy.js';
import { mayBe, TRUE } from '../../model/policy/truth.js';
import { untriedText } from '../concrete/contest.js';
import { liftedFrom } from '../concrete/lifted.js';
import { Budget, within, workLeft } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import type { Resumable } from '../limits/resumable.js';
import { finished } from '../limits/resumable.js';
import type { Question } from '../questions/question.js';
import type { Reach } from '../reductions/cone.js';
import { reachOf } from '../reductions/cone.js';
import { neededValues } from '../reductions/needed-key-values.js';
import { ONE_AT_A_TIME } from '../reductions/overlaps.js';
import { withReusableApprovals } from '../reductions/reusable-approvals.js';
import type { Beyond } from '../results/result.js';
import { verdictOf } from '../results/verdict.js';
import type { Answer } from '../search/answer.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { budgetOf } from '../search/breadth-first.js';
import { beside } from '../search/search-log.js';
import { represented } from '../system/represented-totals.js';
import { unsupportedPartsOf } from '../system/unsupported.js';
import type { Ask } from './attempts.js';
import { Problem, tried } from './attempts.js';
import { searchWithin } from './concrete.js';
import type { Prove } from './proofs.js';
import { provedAnswer, TABLE } from './table.js';
import { unanswered } from './unanswered.js';

/** The result of the search for a claim, before checks for vacuity and without its basis. */
export function answerTo(policy: Policy, question: Question, options: ExploreOptions, prove?: Prove): Answer {
    return finished(answering(policy, question, options, prove));
}

/** The same with pauses. */
export function* answering(
    policy: Policy,
    question: Question,
    options: ExploreOptions,
    prove?: Prove
): Resumable<Answer> {
    const searching = function* (): Resumable<Answer> {
        const beyond = unrepresented(policy, question, reachOf(policy, question));
        return yield* answered(policy, question, options, beyond, prove);
    };
    return yield* within(budgetOf(options), searching(), unanswered);
}

/**
 * @param beyond the features that the finite system does not represent
 * @param prove searches for a proof that no search is needed
 */
export function* answered(
    policy: Policy,
    question: Question,
    options: ExploreOptions,
    beyond: readonly Beyond[],
    prove?: Prove
): Resumable<Answer> {
    const problem = new Problem(policy, question, options, beyond, true, ASK, prove);
    const tables = yield* tried(TABLE, problem);
    const found = question.goal === 'work' && !tables.trace ? withProof(tables, problem) : tables;
    return found.verdict === 'holds in scope' && question.goal !== 'recovery'
        ? yield* contested(found, policy, question, options)
        : found;
}

const plainly: Ask = (policy, question, options) => {
    const beyond = unrepresented(policy, question, reachOf(policy, question));
    return tried(TABLE, new Problem(policy, question, options, beyond, false, ASK));
};

/** The answer about work with its proof, if there is one; the proof settles what a search left open. */
function withProof(found: Answer, problem: Problem): Answer {
    const proved = found.proof ? undefined : provedAnswer(problem);
    return !proved ? found : found.verdict === proved.verdict ? { ...found, proof: proved.proof! } : proved;
}

const ASK = { whole: answering, plain: plainly };

/**
 * A scope in which no session could break the claim gives no information about it, even if its rules stop every call.
 */
function* contested(found: Answer, policy: Policy, question: Question, options: ExploreOptions): Resumable<Answer> {
    if (found.scopes.includes(ONE_AT_A_TIME) && mayBreak(question)) {
        // The finite system has no overlapping calls; concrete sessions do.
        const overlapping = yield* within(
            new Budget({ work: HALF * workLeft() }),
            overlappingCalls(policy, question, beside(options, 'the claim, where calls overlap')),
            unanswered
        );
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
        const { verdict } = yield* plainly(
            lifted,
            question,
            beside(limited, 'the claim within this scope, without rules')
        );
        if (verdict === 'violated') {
            return found;
        }
    }
    return untried(question.goal, found, untriedText({ source: question.usedAt ?? question.source }));
}

/** False if no call is judged: such a question only tests whether its trigger is met. */
function mayBreak(question: Question): boolean {
    return question.goal !== 'release' || question.subject.tools.some(mayBe);
}

function* overlappingCalls(policy: Policy, question: Question, options: ExploreOptions): Resumable<Answer> {
    const attempt = options.log?.begin('concrete sessions');
    const found = yield* searchWithin(policy, question, [], options);
    if (attempt) {
        attempt.outcome = found.trace ? 'decided' : 'gave up';
        attempt.verdict = found.verdict;
        attempt.milliseconds = attempt.runs.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    }
    return found;
}

/** A fraction of the remaining work. */
const HALF = 0.5;

/** @param limit the limit that was reached within the scope */
function untried(goal: Question['goal'], found: Answer, limit: string): Answer {
    const { exploration, scopes } = found;
    const evidence = { goal, session: false, exhausted: true, scopes, empty: false, untried: true };
    return { ...found, verdict: verdictOf(evidence), exploration: { ...exploration, exhausted: false, limit } };
}

/**
 * The features that the exact search does not support, after counts and totals have become monitors as far as possible.
 */
export function unrepresented(policy: Policy, question: Question, reach: Reach): Beyond[] {
    const kept = withReusableApprovals(policy, question, reach);
    const seen = represented(kept.policy, kept.question, reachOf(kept.policy, kept.question));
    return unsupportedPartsOf(
        seen.policy,
        seen.question,
        seen.policy === policy ? reach : reachOf(seen.policy, seen.question)
    );
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
