/** The conditions and steps that a question is about, whichever its goal is. */
import type { Condition, EventPattern } from '../../model/policy/policy.js';
import type { Question } from './question.js';

/** The steps that a session has to do. */
export function stepsOf(question: Question): readonly EventPattern[] {
    return question.goal === 'work' ? question.steps : [];
}

/** What is asked of the calls that it judges. */
export function askedOfCalls(question: Question): Condition | undefined {
    switch (question.goal) {
        case 'release':
            return question.bad;
        case 'decision':
            return question.when;
        case 'state':
        case 'work':
        case 'recovery':
            return undefined;
    }
}

/** What is asked of the calls or of the states that it judges. */
export function judgedCondition(question: Question): Condition | undefined {
    return question.goal === 'state' ? question.condition : askedOfCalls(question);
}

export function triggerIn(question: Question): Condition | undefined {
    return 'trigger' in question ? question.trigger : undefined;
}

/** The question with these conditions in place of its own. */
export function withConditions<Q extends Question>(
    question: Q,
    judged: (condition: Condition) => Condition,
    trigger: (condition: Condition) => Condition = judged
): Q {
    return {
        ...question,
        ...('bad' in question && { bad: judged(question.bad) }),
        ...('when' in question && { when: judged(question.when) }),
        ...('condition' in question && { condition: judged(question.condition) }),
        ...('trigger' in question && question.trigger && { trigger: trigger(question.trigger) })
    };
}
