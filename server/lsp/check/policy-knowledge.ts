/** The state of one policy: the latest results and, while a check runs, the previous ones. */
import type { ClaimResult, PolicyResult, ScenarioResult } from '../../checker/results/result.js';
import type { Source } from '../../model/policy/policy.js';
import type { CheckState } from '../protocol.js';
import { textShift } from '../text/shift.js';
import type { CheckProgress } from './host.js';

export interface PolicyKnowledge {
    readonly uri: string;
    readonly version: number;
    readonly state: CheckState['state'];
    /** The text of `version`. */
    readonly text: string;
    /** The complete results for `version`, when `done`. */
    readonly result?: PolicyResult;
    /** The results for `version`: those that have arrived so far while `checking`, and all of them when `done`. */
    readonly claims: readonly ClaimResult[];
    readonly progress?: CheckProgress;
    /** The last complete results, if there are none for `version`. */
    readonly earlier?: { readonly result: PolicyResult; readonly text: string };
    /** True if the check has been running for so long that earlier results are marked as outdated. */
    readonly isLong?: true;
    readonly message?: string;
}

/** True if a check is in progress, or will start as soon as the text is parsed. */
export function isUnderWay(known: PolicyKnowledge | undefined): boolean {
    return known?.state === 'checking' || known?.state === 'cancelled';
}

/**
 * The way in which earlier results are marked. They are not marked right at the start of a check, which usually
 * confirms them.
 */
export function markOf(known: PolicyKnowledge): string {
    return isUnderWay(known) && !known.isLong ? '' : ' (before the last change)';
}

/** The outcomes of claims and scenarios. */
interface DeclaredOutcome {
    readonly name: string;
    readonly source: Source;
    readonly usedAt?: Source;
}

/** The earlier results of claims without new ones, at their places in `text`; results of edited claims are left out. */
export function earlierClaims(known: PolicyKnowledge, text: string): ClaimResult[] {
    return earlierOf(known, known.earlier?.result.claims ?? [], known.claims, text);
}

/** The same as above for scenarios. */
export function earlierScenarios(known: PolicyKnowledge, text: string): ScenarioResult[] {
    return earlierOf(known, known.earlier?.result.scenarios ?? [], known.result?.scenarios ?? [], text);
}

function earlierOf<T extends DeclaredOutcome>(
    { uri, earlier }: PolicyKnowledge,
    results: readonly T[],
    now: readonly DeclaredOutcome[],
    text: string
): T[] {
    if (!earlier || results.length === 0) {
        return [];
    }
    const shift = textShift(earlier.text, text);
    const moved = (source: Source): Source | undefined => {
        const range = source.uri === uri ? shift(source) : source;
        return range && { uri: source.uri, start: range.start, end: range.end };
    };
    const isNew = ({ name, usedAt }: T): boolean =>
        !now.some((other) => other.name === name && (other.usedAt === undefined) === (usedAt === undefined));
    return results.filter(isNew).flatMap((result) => {
        const source = moved(result.source);
        const usedAt = result.usedAt && moved(result.usedAt);
        return source && (usedAt || !result.usedAt) ? [{ ...result, source, ...(usedAt && { usedAt }) }] : [];
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
