/**
 * The only place that determines a verdict (M22), from the coverage of the search, the direction in which the search
 * departs from the real system, and the goal of the question. Nothing else may print *holds* or *violated*.
 */
import type { Question } from '../questions/question.js';
import type { DifferenceWord } from './difference.js';
import type { VerdictWord } from './result.js';

export interface Evidence {
    readonly goal: Question['goal'];
    /**
     * A concrete session that the decision procedure confirmed: it breaks the claim, or completes the steps of a
     * `possible`.
     */
    readonly session: boolean;
    /** True if the frontier is empty and no limit was reached. */
    readonly exhausted: boolean;
    /** The bounds within which the search stayed. It then leaves out sessions, and proves nothing about all of them. */
    readonly scopes: readonly string[];
    /** True if the subject of the claim cannot happen: its trigger, or the calls that it judges. */
    readonly empty: boolean;
    /** True if no session within the bounds could have broken the claim, or met one of its conditions. */
    readonly untried?: boolean;
}

export function verdictOf(evidence: Evidence): VerdictWord {
    if (evidence.session) {
        return shownVerdict(evidence.goal);
    }
    const covered = evidence.exhausted && evidence.scopes.length === 0;
    if (evidence.goal === 'work') {
        return covered ? 'impossible' : evidence.exhausted ? 'not witnessed in scope' : 'undecided';
    }
    if (!evidence.exhausted) {
        return 'undecided';
    }
    if (!covered) {
        return evidence.untried === true ? 'undecided' : 'holds in scope';
    }
    return evidence.empty ? 'vacuous' : 'holds';
}

/**
 * True if, in a comparison of two policies (M25), the statement that no session distinguishes them covers every
 * session.
 */
export function differenceVerdictOf(evidence: Pick<Evidence, 'session' | 'exhausted' | 'scopes'>): DifferenceWord {
    if (evidence.session) {
        return 'differs';
    }
    if (!evidence.exhausted) {
        return 'undecided';
    }
    return evidence.scopes.length === 0 ? 'equivalent' : 'equivalent in scope';
}

/** The verdicts that state that no session at all breaks the claim, or does the work. */
export const EXHAUSTIVE: ReadonlySet<VerdictWord> = new Set(['holds', 'vacuous', 'impossible']);

/**
 * Corrects a verdict by a replayed session; undefined if both can be true.
 *
 * @param isMet true if the session breaks the claim or completes the steps; false if only the subject of the claim
 * happened in it
 */
export function attackedVerdict(
    verdict: VerdictWord,
    goal: Evidence['goal'],
    isMet: boolean
): { readonly instead: VerdictWord; readonly isDefect: boolean } | undefined {
    if (!isMet) {
        return verdict === 'vacuous' ? { instead: 'undecided', isDefect: true } : undefined;
    }
    if (verdict === 'violated' || verdict === 'witnessed') {
        return undefined;
    }
    // A session from outside the scope of a search does not show that the search was wrong.
    return { instead: shownVerdict(goal), isDefect: EXHAUSTIVE.has(verdict) };
}

/** The verdict on a claim that follows from a confirmed session alone. */
export function shownVerdict(goal: Evidence['goal']): 'violated' | 'witnessed' {
    return goal === 'work' ? 'witnessed' : 'violated';
}
