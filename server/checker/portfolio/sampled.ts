/** The answer that follows from a random session. */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Evidence } from '../results/with-evidence.js';
import type { Answer } from '../search/answer.js';
import { sizeOf } from './rules-alone.js';

/** Nothing shorter was searched for, so the session may not be a shortest one. */
export function sampledAnswer(policy: Policy, question: Question, { verdict, trace, length }: Evidence): Answer {
    return {
        verdict,
        trace,
        exploration: { states: 0, transitions: 0, depth: length, exhausted: false, limit: 'it was found at random' },
        scopes: [],
        slice: sizeOf(policy, question),
        furthest: 0,
        obstacles: []
    };
}
