/** Questions that the checker asks without a claim, and whose results are reported in other words. */
import type { CallPattern, Condition, EventPattern } from '../../model/policy/policy.js';
import type { DecisionQuestion, Question, ReleaseQuestion, StateQuestion, WorkQuestion } from './question.js';
import { USUAL_WORDS } from './words.js';

type Named = Pick<Question, 'name' | 'text' | 'source'>;

/** The question if no such call is released while the condition is true. */
export function noRelease({ name, text, source }: Named, subject: CallPattern, bad: Condition): ReleaseQuestion {
    return { goal: 'release', name, text, source, words: USUAL_WORDS, subject, bad, premises: [] };
}

/** The question if every such call made while the condition is true is allowed. */
export function allAllowed({ name, text, source }: Named, subject: CallPattern, when: Condition): DecisionQuestion {
    const named = { name, text, source, words: USUAL_WORDS };
    return { goal: 'decision', ...named, subject, when, decision: 'allowed', premises: ['judged'] };
}

/** The question if the condition is true in every state, for every agent. */
export function alwaysSo({ name, text, source }: Named, condition: Condition): StateQuestion {
    return { goal: 'state', name, text, source, words: USUAL_WORDS, premises: [], condition, isOfEachAgent: true };
}

/** The question if some session completes these steps. */
export function someSession({ name, text, source }: Named, steps: readonly EventPattern[]): WorkQuestion {
    return { goal: 'work', name, text, source, words: USUAL_WORDS, premises: [], steps, withoutApproval: false };
}
