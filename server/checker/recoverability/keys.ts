/** The parameters whose values are universally quantified in `stays possible`. */
import type { Arguments } from '../../model/policy/policy.js';
import type { RecoveryQuestion } from '../questions/question.js';
import { mayBe } from '../../model/policy/truth.js';
import { ownField } from '../../model/values/values.js';
import type { Action } from '../system/actions.js';

export type StaysPossible = RecoveryQuestion;

export interface Key {
    /** A text that is equal for the same values. */
    readonly text: string;
    readonly values: Arguments;
}

/** The values that a call has for the keys; undefined if it lacks one of them. */
export function keyOf({ keys }: StaysPossible, args: Arguments): Key | undefined {
    const values = keys.map((key) => ownField(args, key));
    return values.includes(undefined)
        ? undefined
        : { text: JSON.stringify(values), values: Object.fromEntries(keys.map((key) => [key, args[key]!])) };
}

/** The values that some certain or possible call of E can have. */
export function keysIn(actions: readonly Action[], question: StaysPossible): Key[] {
    const keys = new Map<string, Key>();
    if (question.keys.length === 0) {
        return [{ text: '[]', values: {} }];
    }
    for (const { call, subject } of actions) {
        const key = mayBe(subject) ? keyOf(question, call.args) : undefined;
        if (key && !keys.has(key.text)) {
            keys.set(key.text, key);
        }
    }
    return [...keys.values()];
}
