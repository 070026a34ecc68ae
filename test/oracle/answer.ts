/**
 * The oracle's own version of Kleene's strong logic (M3), spelled out without short cuts, which shares no code with the
 * product.
 */
import type { Truth } from '../../server/model/policy/truth.js';

export type Answer = 'no' | 'unknown' | 'yes';

/** Returns whether all of them are true. */
export function every(answers: readonly Answer[]): Answer {
    if (answers.includes('no')) {
        return 'no';
    }
    return answers.includes('unknown') ? 'unknown' : 'yes';
}

/** Returns whether at least one of them is true. */
export function some(answers: readonly Answer[]): Answer {
    if (answers.includes('yes')) {
        return 'yes';
    }
    return answers.includes('unknown') ? 'unknown' : 'no';
}

export function opposite(answer: Answer): Answer {
    return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown';
}

export function known(fact: boolean): Answer {
    return fact ? 'yes' : 'no';
}

/** The policy model writes 0, 1, 2 for false, unknown, true. */
export function written(truth: Truth): Answer {
    return truth === 0 ? 'no' : truth === 1 ? 'unknown' : 'yes';
}
