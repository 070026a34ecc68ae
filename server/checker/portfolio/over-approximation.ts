/**
 * Two directions, never mixed (docs/checker.md, "Two directions"). The finite system may represent something by more
 * sessions than there are. Then it proves what it finds no session against; a session that it finds counts only if the
 * decision procedure confirms it. Between the two, concrete sessions decide.
 */
import type { Policy } from '../../model/policy.js';
import type { Question } from '../questions/question.js';
import type { Answer } from '../search/answer.js';
import type { Pausing } from '../limits/resumable.js';
import { confirmed, type Witness } from './witnesses.js';

export interface Searches {
    /** The search that decides another claim of the same policy. */
    readonly other: (question: Witness) => Pausing<Answer>;
    /** The search among concrete sessions: in one direction always right. */
    readonly concrete: () => Pausing<Answer>;
}

/** @param found the answer of the finite system; without `approximates` it is right in both directions */
export function* settled(found: Answer, policy: Policy, question: Question, searches: Searches): Pausing<Answer> {
    if (found.isUnexplored) {
        const concrete = yield* searches.concrete();
        return concrete.verdict === 'undecided' ? found : concrete;
    }
    if ((found.approximates ?? []).length === 0 || found.session) {
        return found;
    }
    switch (found.verdict) {
        case 'vacuous':
        case 'impossible':
            return found;
        case 'holds':
            return yield* confirmed(found, policy, question, searches.other);
        default: {
            const concrete = yield* searches.concrete();
            return concrete.session || !found.exploration.exhausted ? concrete : found;
        }
    }
}
