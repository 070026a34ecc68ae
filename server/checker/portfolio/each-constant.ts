/**
 * A claim of a policy whose sessions have constants: searched for each kind of session, and answered for all of them.
 */
import type { Arguments, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Answer } from '../search/answer.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import type { Resumable } from '../limits/resumable.js';
import { reachOf } from '../reductions/cone.js';
import { sessionOf } from '../counterexamples/sessions.js';
import { shownMonitors } from '../traces/found-session.js';
import { verdictOf } from '../results/verdict.js';
import { withConstants } from '../reductions/environment/constants.js';

/** @param search searches a policy that reads no constants */
export function* searchEach<C extends Question>(
    policy: Policy,
    question: C,
    kinds: readonly Arguments[],
    options: ExploreOptions,
    search: (policy: Policy, question: C, options: ExploreOptions) => Resumable<Answer>
): Resumable<Answer> {
    const answers: Answer[] = [];
    // Parts that read no constants are not copied for each claim: policies may have thousands.
    const isRead = (policy.sessionConstants ?? []).length > 0;
    const asked = isRead ? { ...policy, claims: [], scenarios: [] } : policy;
    let left = options.limits.maxStates;
    for (const constants of kinds) {
        const limits = { ...options.limits, maxStates: Math.max(1, left) };
        const answer = yield* search(
            isRead ? withConstants(asked, constants) : policy,
            isRead ? withConstants(question, constants) : question,
            { ...options, limits }
        );
        left -= answer.exploration.states;
        answers.push(answer.session ? withStart(policy, question, answer, constants) : answer);
    }
    return together(question, answers);
}

/** The session as a session of the policy as written. */
function withStart(policy: Policy, question: Question, answer: Answer, constants: Arguments): Answer {
    const { session } = answer;
    if (!session || Object.keys(constants).length === 0) {
        return answer;
    }
    const shown = shownMonitors(policy, reachOf(policy, question));
    const found = { ...session, shown, start: { ...session.start, constants } };
    return { ...answer, session: found, trace: sessionOf(policy, question, found.acts, found) };
}

function together(question: Question, answers: readonly Answer[]): Answer {
    const found = answers.filter(({ trace }) => trace);
    const shortest = found.reduce<Answer | undefined>(
        (best, other) => (!best || other.trace!.steps.length < best.trace!.steps.length ? other : best),
        undefined
    );
    const sum = (of: (answer: Answer) => number): number => answers.reduce((total, answer) => total + of(answer), 0);
    const furthest = answers.reduce((best, other) => (other.furthest > best.furthest ? other : best));
    const exhausted = answers.every(({ exploration }) => exploration.exhausted);
    const limit = answers.find(({ exploration }) => exploration.limit !== undefined)?.exploration.limit;
    const covered = answers.length === 1 ? answers[0]!.exploration.covered : undefined;
    const exploration = {
        states: sum((answer) => answer.exploration.states),
        transitions: sum((answer) => answer.exploration.transitions),
        depth: Math.max(...answers.map((answer) => answer.exploration.depth))
    };
    if (shortest) {
        return { ...shortest, exploration: { ...shortest.exploration, ...exploration } };
    }
    const scopes = [...new Set(answers.flatMap((answer) => answer.scopes))];
    const empty = answers.every(({ verdict }) => verdict === 'vacuous');
    return {
        ...furthest,
        verdict: verdictOf({ goal: question.goal, session: false, exhausted, scopes, empty }),
        exploration: { ...exploration, exhausted, ...(limit !== undefined && { limit }), ...(covered && { covered }) },
        scopes,
        ...(answers.some(({ isUnexplored }) => isUnexplored) && { isUnexplored: true as const })
    };
}
