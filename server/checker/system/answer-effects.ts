/** The effect on the history of humans' answers to a held call. */
import type { Effect } from '../../model/events/effects.js';
import { effectOf } from '../../model/events/effects.js';
import type { Policy, Rule } from '../../model/policy/policy.js';
import { answeredAs } from './approvals.js';
import type { CallEvent } from '../../model/session/session.js';

export interface AnswerEffects {
    /** The effect of an approval for these requirements (`Rule.answeredAs`). */
    readonly approved: (answered: readonly number[]) => Effect;
    readonly refused: Effect;
}

/** @param answer the place of an answer to the call */
export function answerEffects(policy: Policy, answer: CallEvent, human: number): AnswerEffects {
    return {
        approved: remembering((answered) => effectOf(policy, { ...answer, approvedBy: human, answered })),
        refused: effectOf(policy, { ...answer, refusedBy: human })
    };
}

/** Each history belongs to one requirement, so the effect on several is the combination of the effects on each. */
export function behaviourOfAnswers(rules: readonly Rule[], { approved, refused }: AnswerEffects): unknown {
    return [approved([]), approved(requirementsOf(rules)), refused];
}

/** The requirements that histories of answers distinguish. */
function requirementsOf(rules: readonly Rule[]): number[] {
    return rules.flatMap((rule) =>
        rule.kind !== 'approval' ? [] : (rule.choices ?? [undefined]).flatMap((lasts) => answeredAs(rule, lasts))
    );
}

/** A memoized version of the function. */
function remembering<T>(work: (numbers: readonly number[]) => T): (numbers: readonly number[]) => T {
    const known = new Map<string, T>();
    return (numbers) => {
        const key = numbers.join();
        let value = known.get(key);
        if (value === undefined) {
            value = work(numbers);
            known.set(key, value);
        }
        return value;
    };
}
