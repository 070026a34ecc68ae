/** Defines the appearance of a verdict. */
import type { ClaimResult } from '../../checker/results/result.js';
import { toneOf } from '../../checker/results/verdict-words.js';
import type { Style } from './style.js';

export interface Looks {
    readonly sign: string;
    readonly color: (text: string) => string;
}

export function looksOf(claim: ClaimResult, style: Style): Looks {
    const { signs } = style;
    switch (toneOf(claim)) {
        case 'good':
            return { sign: signs.good, color: style.green };
        case 'partial':
            return { sign: signs.partial, color: style.yellow };
        case 'warn':
            // A vacuous claim fails the run, so it is shown like a failure.
            return claim.verdict === 'vacuous'
                ? { sign: signs.bad, color: style.red }
                : { sign: claim.verdict === 'holds' ? signs.warning : signs.unsure, color: style.yellow };
        case 'bad':
            return { sign: signs.bad, color: style.red };
    }
}

/**
 * True if the verdict is a failure rather than open, even if it is expected. The details of a failure are always shown.
 */
export function isWrong(claim: ClaimResult): boolean {
    return (
        claim.verdict === 'violated' ||
        claim.verdict === 'impossible' ||
        (claim.verdict === 'vacuous' && !claim.expected)
    );
}

/** True if the claim holds or is witnessed, in full or in part. */
export function isGood(claim: ClaimResult): boolean {
    const tone = toneOf(claim);
    return !isWrong(claim) && (tone === 'good' || tone === 'partial' || claim.verdict === 'holds');
}
