/** The conditions and steps of a question, for every kind of goal. */
import type { Condition, EventPattern, Policy } from '../../model/policy/policy.js';
import type { Question } from './question.js';

/** The steps that a session has to complete. */
export function stepsOf(question: Question): readonly EventPattern[] {
    return question.goal === 'work' ? question.steps : [];
}

/** The conditions on the calls that the question judges. */
export function callConditionOf(question: Question): Condition | undefined {
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

/** The conditions on the calls or the states that the question judges. */
export function judgedCondition(question: Question): Condition | undefined {
    return question.goal === 'state' ? question.condition : callConditionOf(question);
}

/** The agents for which the condition of a question about states is judged; one stands for all if it reads none. */
export function agentsJudged({ agents }: Policy, question: Question): readonly number[] {
    return question.goal === 'state' && question.isOfEachAgent ? agents.map((_, agent) => agent) : [0];
}

export function triggerIn(question: Question): Condition | undefined {
    return 'trigger' in question ? question.trigger : undefined;
}

/** The question with its conditions replaced. */
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
