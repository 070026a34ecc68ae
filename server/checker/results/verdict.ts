/**
 * The one place that says a verdict (M22). It combines what the search covered, and in which direction the search
 * departs from the real system, with the kind of the claim; nothing else may print *holds* or *violated*.
 */
import type { DifferenceWord } from './difference.js';
import type { VerdictWord } from './result.js';

export interface Evidence {
    readonly kind: 'safety' | 'possible';
    /** A concrete session that the decision procedure confirmed: it breaks the claim, or does the work. */
    readonly session: boolean;
    /** The frontier is empty and no limit was met. */
    readonly exhausted: boolean;
    /** Bounds within which the search stayed: it then leaves sessions out, and proves nothing about all of them. */
    readonly scopes: readonly string[];
    /** Nothing that the claim speaks of can happen: its trigger, or what it judges. */
    readonly empty: boolean;
    /** No session within the bounds could have broken the claim, or met one of its conditions. */
    readonly untried?: boolean;
}

export function verdictOf(evidence: Evidence): VerdictWord {
    const covered = evidence.exhausted && evidence.scopes.length === 0;
    if (evidence.kind === 'possible') {
        if (evidence.session) {
            return 'witnessed';
        }
        return covered ? 'impossible' : evidence.exhausted ? 'not witnessed in scope' : 'undecided';
    }
    if (evidence.session) {
        return 'violated';
    }
    if (!evidence.exhausted) {
        return 'undecided';
    }
    if (!covered) {
        return evidence.untried === true ? 'undecided' : 'holds in scope';
    }
    return evidence.empty ? 'vacuous' : 'holds';
}

/** Of a comparison of two policies (M25): that no session tells them apart is a claim about every session. */
export function differenceVerdictOf(evidence: Pick<Evidence, 'session' | 'exhausted' | 'scopes'>): DifferenceWord {
    if (evidence.session) {
        return 'differs';
    }
    if (!evidence.exhausted) {
        return 'undecided';
    }
    return evidence.scopes.length === 0 ? 'equivalent' : 'equivalent in scope';
}

/**
 * What a played session makes of a verdict; undefined where both can be true.
 *
 * @param isMet the session breaks the claim, or does the work; if not, only what the claim speaks of happened in it
 */
export function attackedVerdict(
    verdict: VerdictWord,
    kind: Evidence['kind'],
    isMet: boolean
): { readonly instead: VerdictWord; readonly isDefect: boolean } | undefined {
    if (!isMet) {
        return verdict === 'vacuous' ? { instead: 'undecided', isDefect: true } : undefined;
    }
    if (verdict === 'violated' || verdict === 'witnessed') {
        return undefined;
    }
    const isAmber = verdict === 'undecided' || verdict === 'not witnessed in scope';
    return { instead: kind === 'possible' ? 'witnessed' : 'violated', isDefect: !isAmber };
}
