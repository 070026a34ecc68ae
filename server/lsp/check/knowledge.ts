/** What is known of one policy: the latest results, and while a check runs the ones before. */
import type { ClaimResult, PolicyResult } from '../../checker/result.js';
import type { Source } from '../../model/policy.js';
import type { CheckState } from '../protocol.js';
import { textShift } from '../text-shift.js';
import type { CheckProgress } from './host.js';

export interface PolicyKnowledge {
    readonly uri: string;
    readonly version: number;
    readonly state: CheckState['state'];
    /** The text that `version` has. */
    readonly text: string;
    /** Complete, of `version`: only when `done`. */
    readonly result?: PolicyResult;
    /** Of `version`, as they come while `checking`; all of them when `done`. */
    readonly claims: readonly ClaimResult[];
    readonly progress?: CheckProgress;
    /** The last complete results, where there are none of `version`. */
    readonly earlier?: { readonly result: PolicyResult; readonly text: string };
    /** The check has been running for so long that earlier results are marked as such. */
    readonly isLong?: true;
    readonly message?: string;
}

/** Whether a check is under way, or comes as soon as the text is read. */
export function isUnderWay(known: PolicyKnowledge | undefined): boolean {
    return known?.state === 'checking' || known?.state === 'cancelled';
}

/** How earlier results are marked: not in the first moment of a check, which most often confirms them. */
export function markOf(known: PolicyKnowledge): string {
    return isUnderWay(known) && !known.isLong ? '' : ' (before the last change)';
}

/** The earlier results of the claims without new ones, at their places in `text`; not of edited claims. */
export function earlierClaims({ uri, earlier, claims }: PolicyKnowledge, text: string): ClaimResult[] {
    if (!earlier) {
        return [];
    }
    const shift = textShift(earlier.text, text);
    const moved = (source: Source): Source | undefined => {
        const range = source.uri === uri ? shift(source) : source;
        return range && { uri: source.uri, start: range.start, end: range.end };
    };
    const isNew = ({ name, usedAt }: ClaimResult): boolean =>
        !claims.some((claim) => claim.name === name && (claim.usedAt === undefined) === (usedAt === undefined));
    return earlier.result.claims.filter(isNew).flatMap((claim) => {
        const source = moved(claim.source);
        const usedAt = claim.usedAt && moved(claim.usedAt);
        return source && (usedAt || !claim.usedAt) ? [{ ...claim, source, ...(usedAt && { usedAt }) }] : [];
    });
}

export function toCheckState(known: PolicyKnowledge): CheckState {
    return {
        uri: known.uri,
        version: known.version,
        state: known.state,
        ...(known.result && { result: known.result }),
        ...(known.message !== undefined && { message: known.message })
    };
}
