/** How a verdict looks. */
import type { ClaimResult } from '../../checker/result.js';
import type { Style } from './style.js';

export interface Looks {
    readonly sign: string;
    readonly color: (text: string) => string;
}

export function looksOf({ verdict, expected }: Pick<ClaimResult, 'verdict' | 'expected'>, style: Style): Looks {
    if (expected) {
        return { sign: style.signs.good, color: style.green };
    }
    switch (verdict) {
        case 'holds':
        case 'witnessed':
        case 'holds in scope':
            return { sign: style.signs.good, color: style.green };
        case 'undecided':
        case 'not witnessed in scope':
            return { sign: style.signs.unsure, color: style.yellow };
        default:
            return { sign: style.signs.bad, color: style.red };
    }
}

/** Exactly what was asked for, without a reservation. */
export function isGood(claim: ClaimResult): boolean {
    return claim.expected || claim.verdict === 'holds' || claim.verdict === 'witnessed';
}
