/** Answers that no search gave. */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { ShownSession } from '../results/with-evidence.js';
import type { Answer } from '../search/answer.js';
import { reachOf } from '../reductions/cone.js';
import { verdictOf } from '../results/verdict.js';

/** The answer of a session that was built. Nothing shorter was searched for, so the session may not be a shortest one. */
export function sampledAnswer(policy: Policy, question: Question, { verdict, trace, length }: ShownSession): Answer {
    return {
        verdict,
        trace,
        exploration: {
            states: 0,
            transitions: 0,
            depth: length,
            exhausted: false,
            limit: 'it was built from what the rules ask for'
        },
        scopes: [],
        slice: sizeOf(policy, question),
        furthest: 0,
        obstacles: []
    };
}

/** The answer for a claim that the rules settle, without a search of states. */
export function settledAnswer(policy: Policy, question: Question): Answer {
    return {
        verdict: verdictOf({ goal: question.goal, session: false, exhausted: true, scopes: [], empty: false }),
        exploration: { states: 0, transitions: 0, depth: 0, exhausted: true },
        scopes: [],
        slice: sizeOf(policy, question),
        furthest: 0,
        obstacles: []
    };
}

/** The part of the policy that the claim sees. */
export function sizeOf(policy: Policy, question: Question): Answer['slice'] {
    const { tools, rules, monitors } = reachOf(policy, question);
    return { tools: tools.size, rules: rules.size, monitors: monitors.size };
}
