/**
 * Writes the reason why nothing is proposed. It states that there is no repair only about changes that were searched to
 * the end.
 */
import { plural } from '../model/text/plural.js';
import { repairLimit } from './limits.js';
import type { RejectedTrial } from './trial.js';

export interface UntriedChanges {
    /** True if some candidate changes were not tried. */
    readonly isAny: boolean;
    /** True if time ran out. */
    readonly isLate: boolean;
}

export function reasonOf(rejected: readonly RejectedTrial[], { isAny, isLate }: UntriedChanges): string {
    const why = isLate ? ': the time ran out' : '';
    if (rejected.length === 0) {
        return isAny
            ? `No change to the rules was tried${why}.`
            : 'No change to the rules is known for a claim of this kind.';
    }
    const almost = rejected.filter(({ because }) => because !== undefined);
    const asked = almost.slice(0, repairLimit('nearlyRepairs')).map((one) => ({ ...one, held: one.isHeld() }));
    // Of the changes that fail for exactly one other reason, the first is the most informative.
    const nearest = asked.find(({ held }) => held === true);
    const cut = rejected.filter(({ isCut, change }) => isCut && change !== nearest?.change).length;
    const areAllBroken = asked.length === almost.length && asked.every(({ held }) => held === false);
    const found = nearest
        ? `With \`${nearest.change.text}\` it would hold, but ${nearest.because}.`
        : notFound(rejected.length, cut > 0, areAllBroken);
    return [
        found,
        ...(cut > 0 ? [notToTheEnd(cut, rejected.length)] : []),
        ...(isAny ? [`Not all changes were tried${why}.`] : [])
    ].join(' ');
}

function notFound(tried: number, isCut: boolean, areAllBroken: boolean): string {
    if (isCut) {
        return 'No repair was found.';
    }
    if (areAllBroken) {
        return tried === 1
            ? 'It does not hold with the one change that was tried.'
            : `It holds with none of the ${tried} changes that were tried.`;
    }
    return tried === 1
        ? 'The one change that was tried is not a repair.'
        : `None of the ${tried} changes that were tried is a repair.`;
}

function notToTheEnd(cut: number, tried: number): string {
    return tried === 1
        ? 'The one change that was tried was not searched to the end.'
        : `Of the ${tried} changes that were tried ${cut} ${plural(cut, 'was', 'were')} not searched to the end.`;
}
