/**
 * A verdict on a claim, for people: one word, with how firm it is. The command, the editor and all reports use it, so
 * that they agree.
 */
import type { AcrossSessions, Basis, ClaimResult, Trace, VerdictWord } from './result.js';
import { counted } from '../../model/text/plural.js';
import type { ScopeName } from '../limits/scopes.js';

/**
 * The words for people. Programs read the verdicts: a `possible` claim is _possible_ where its verdict is `witnessed`, which
 * is a term of logic. `holds in one session` is a claim that every single session keeps but a second session breaks (M19).
 */
export type ClaimWord =
    | Exclude<VerdictWord, keyof typeof FOR_PEOPLE>
    | (typeof FOR_PEOPLE)[keyof typeof FOR_PEOPLE]
    | 'holds in one session';

const FOR_PEOPLE = { witnessed: 'possible', 'not witnessed in scope': 'not found in scope' } as const;

/**
 * `good`: the verdict is as the author wants it. `partial`: the claim holds in what was searched, which was not
 * everything. `warn`: neither a defect nor a proof was found. `bad`: the claim is broken.
 */
export type Tone = 'good' | 'partial' | 'warn' | 'bad';

export type VerdictParts = Pick<ClaimResult, 'verdict' | 'expected'> &
    Partial<Pick<ClaimResult, 'within' | 'accepts' | 'saysNothing'>> & {
        readonly acrossSessions?: Pick<AcrossSessions, 'verdict'>;
    };

export function wordOf(claim: Pick<VerdictParts, 'verdict' | 'acrossSessions'>): ClaimWord {
    return claim.verdict === 'holds' && isBrokenBySecondSession(claim)
        ? 'holds in one session'
        : verdictWord(claim.verdict);
}

/** The word for people of a verdict on its own, regardless of further sessions. */
export function verdictWord(verdict: VerdictWord): Exclude<ClaimWord, 'holds in one session'> {
    return verdict === 'witnessed' || verdict === 'not witnessed in scope' ? FOR_PEOPLE[verdict] : verdict;
}

/** The word with the scopes that narrow it: `holds in scope: values, counts`. */
export function verdictText(claim: VerdictParts): string {
    const scopes = scopesOf(claim);
    const word = wordOf(claim);
    return `${word}${word !== 'holds in one session' && scopes.length > 0 ? `: ${scopes.join(', ')}` : ''}${
        claim.expected ? ', as expected' : isAccepted(claim) ? ', accepted' : ''
    }`;
}

export function toneOf(claim: VerdictParts): Tone {
    if (claim.expected) {
        // A broken claim is never shown as good, even if it is expected.
        return claim.verdict === 'vacuous' ? 'good' : 'partial';
    }
    switch (wordOf(claim)) {
        case 'holds':
        case 'possible':
            return claim.saysNothing === true ? 'warn' : 'good';
        case 'holds in scope':
        case 'holds in one session':
            return 'partial';
        case 'violated':
        case 'impossible':
            return 'bad';
        case 'not found in scope':
        case 'vacuous':
        case 'undecided':
            return 'warn';
    }
}

export function isBrokenBySecondSession({ acrossSessions }: Pick<VerdictParts, 'acrossSessions'>): boolean {
    return acrossSessions?.verdict === 'violated';
}

/** True if a session that the rules let through breaks the claim, and its author neither expects nor accepts that. */
export function needsRepair(claim: VerdictParts): boolean {
    return !claim.expected && (claim.verdict === 'violated' || (isBrokenBySecondSession(claim) && !isAccepted(claim)));
}

/** The session that breaks a claim, which may be the second one. */
export function breakingSession({ verdict, trace, acrossSessions }: ClaimResult): Trace | undefined {
    return verdict === 'violated' ? trace : acrossSessions?.trace;
}

/** True if the claim holds, and the search across sessions, which is short, did not decide whether a second session breaks it. */
export function isOpenAcrossSessions({
    verdict,
    acrossSessions
}: Pick<VerdictParts, 'verdict' | 'acrossSessions'>): boolean {
    return (verdict === 'holds' || verdict === 'holds in scope') && acrossSessions?.verdict === 'undecided';
}

/**
 * The scopes that the verdict leaves out: those of the search and, if only a later session breaks the claim,
 * `sessions`.
 */
export function scopesOf(claim: VerdictParts): readonly ScopeName[] {
    const isPartial = claim.verdict === 'holds' || claim.verdict === 'holds in scope';
    return [...(claim.within ?? []), ...(isPartial && isBrokenBySecondSession(claim) ? ['sessions' as const] : [])];
}

/** The scopes that neither the claim nor the configuration accepts. */
export function openScopesOf(claim: VerdictParts): readonly ScopeName[] {
    return scopesOf(claim).filter((name) => !claim.accepts?.includes(name));
}

/** True if the claim holds in a scope whose names are all accepted. */
export function isAccepted(claim: VerdictParts): boolean {
    return toneOf(claim) === 'partial' && scopesOf(claim).length > 0 && openScopesOf(claim).length === 0;
}

/**
 * True if the claim holds only in a scope that nobody accepts. A claim covers one session unless it is `across
 * sessions`, so later sessions do not count.
 */
export function isOpenInScope(claim: VerdictParts): boolean {
    // A scope without a name, as in a result of an earlier version, cannot be accepted.
    const isNamed = (claim.within ?? []).length > 0;
    return claim.verdict === 'holds in scope' && (!isNamed || scopesToAccept(claim).length > 0);
}

/** The scopes that must be accepted for the claim to count as decided. */
export function scopesToAccept(claim: VerdictParts): readonly ScopeName[] {
    return claim.verdict === 'holds in scope' ? openScopesOf(claim).filter((name) => name !== 'sessions') : [];
}

/** What a verdict rests on, in words: a proof, or the number of states that were searched. */
export function basisText({ by, states }: Pick<Basis, 'by' | 'states'>): string {
    return by === 'proof' ? 'by a proof' : counted(states, 'state');
}
