/**
 * Further sessions that break a claim: each is a shortest one whose judged step is decided by none of the rules that
 * decided an earlier one. It is found by searching for a claim that excludes those steps, so every search can answer.
 */
import type { CallPattern, Claim, Condition, Policy, Rule } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { questionOf } from '../questions/question.js';
import { searchedFor } from '../reductions/new-sessions.js';
import type { Answer } from '../search/answer.js';
import { answering } from './answers.js';
import { beside } from '../search/search-log.js';
import { within } from '../limits/budget.js';
import { budgetOf, type ExploreOptions } from '../search/breadth-first.js';
import type { Resumable } from '../limits/resumable.js';
import type { ClaimResult, Trace } from '../results/result.js';
import { firstLineOf } from './multi-session.js';
import { sessionOf } from '../counterexamples/sessions.js';

/** The claim's verdict and, for a violated claim, further sessions that break it; `most` in total. */
export function* resultWithOthers(
    policy: Policy,
    claim: Claim,
    most: number,
    options: ExploreOptions
): Resumable<ClaimResult> {
    const result = yield* firstLineOf(policy, claim, options);
    if (most < 2 || result.verdict !== 'violated' || !result.trace) {
        return result;
    }
    const searched = searchedFor(policy, questionOf(claim));
    const budget = budgetOf(options);
    const others = yield* otherSessions(searched.policy, searched.question, result.trace, most, (other) =>
        within(budget, answering(searched.policy, other, beside(options, 'another session')))
    );
    return others.length > 0 ? { ...result, others } : result;
}

/**
 * @param first the session that is already shown
 * @param most the number of sessions in total, including the first
 * @param search decides a claim of the policy
 */
function* otherSessions(
    policy: Policy,
    question: Question,
    first: Trace,
    most: number,
    search: (question: Question) => Resumable<Answer>
): Resumable<Trace[]> {
    const shown = [first];
    let decided: readonly Rule[] = decidingRules(policy, first);
    while (shown.length < most && decided.length > 0) {
        const narrowed = withoutThoseOf(question, decided);
        const { session } = narrowed ? yield* search(narrowed) : { session: undefined };
        if (!session) {
            break;
        }
        const trace = sessionOf(policy, question, session.acts, session);
        const rules = decidingRules(policy, trace).filter((rule) => !decided.includes(rule));
        if (rules.length === 0) {
            // Unknown may mean the same rule again.
            break;
        }
        shown.push(trace);
        decided = [...decided, ...rules];
    }
    return shown.slice(1);
}

function decidingRules({ rules }: Policy, { steps }: Trace): Rule[] {
    const sources = steps[steps.length - 1]?.rules.map(({ source }) => source) ?? [];
    return rules.filter(({ source }) => sources.includes(source));
}

/** The claim about the calls to which none of the rules applies; undefined for a claim that judges no call. */
function withoutThoseOf(question: Question, rules: readonly Rule[]): Question | undefined {
    const others: Condition = { op: 'not', arg: { op: 'or', args: rules.map(appliesOf) } };
    switch (question.goal) {
        case 'release':
            return { ...question, bad: { op: 'and', args: [question.bad, others] } };
        case 'decision':
            return { ...question, when: { op: 'and', args: [question.when, others] } };
        case 'state':
        case 'work':
        case 'recovery':
            return undefined;
    }
}

/** The condition under which a rule applies to a call: a requirement applies if it is not met. */
function appliesOf(rule: Rule): Condition {
    return {
        op: 'and',
        args: [
            ...subjectOf(rule.subject),
            rule.when,
            ...(rule.mode ? [{ op: 'in mode' as const, ...rule.mode }] : []),
            ...(rule.kind === 'require' ? [{ op: 'not' as const, arg: rule.requires }] : [])
        ]
    };
}

function subjectOf({ tools, agents }: CallPattern): Condition[] {
    const callers = Array.isArray(agents) ? (agents as readonly number[]) : undefined;
    return [
        { op: 'tool is', tools },
        ...(callers
            ? [{ op: 'or' as const, args: callers.map((agent): Condition => ({ op: 'caller is', agent })) }]
            : [])
    ];
}
