/** Finds smallest subsets of the steps of a session with a given property, by testing (M24). */
import { overdrawn } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';

/**
 * A smallest subset of 0 … count-1 with the property; among several, the one with later numbers. The whole set must
 * have the property.
 *
 * @param holds returns true for a set with the property, and receives the numbers in ascending order
 */
export function smallestSubset(count: number, holds: (chosen: readonly number[]) => boolean): ReadonlySet<number> {
    const most = limitOf('causeSubsets');
    let tried = 0;
    for (let size = 0; size <= count; size++) {
        for (const chosen of subsets(count, size)) {
            if (holds(chosen)) {
                return new Set(chosen);
            }
            if (++tried > most || overdrawn()) {
                return minimalSubset(count, holds);
            }
        }
    }
    return minimalSubset(count, holds);
}

/** Each number is removed, starting with the first, if the property holds without it. */
function minimalSubset(count: number, holds: (chosen: readonly number[]) => boolean): ReadonlySet<number> {
    let chosen = Array.from({ length: count }, (_, index) => index);
    // In a very long session, some unneeded steps may remain.
    const most = limitOf('causeSteps');
    let steps = 0;
    for (let index = 0; index < count && steps <= most && !overdrawn(); index++) {
        const without = chosen.filter((other) => other !== index);
        steps += without.length;
        if (holds(without)) {
            chosen = without;
        }
    }
    return new Set(chosen);
}

/** Subsets with later numbers come first: of two causes, the nearer one should be shown. */
function* subsets(below: number, size: number): Iterable<number[]> {
    if (size === 0) {
        yield [];
        return;
    }
    for (let last = below - 1; last >= size - 1; last--) {
        for (const rest of subsets(last, size - 1)) {
            rest.push(last);
            yield rest;
        }
    }
}

/**
 * The result of applying a sequence of choices one after the other. If a sequence shares a prefix with an earlier one,
 * only the rest is applied: successive subsets share most of their prefixes.
 */
export class Prefixes<T> {
    private readonly root: Prefix<T>;
    private kept = 0;
    private readonly most = limitOf('knownCauses');

    constructor(
        start: T,
        private readonly next: (value: T, choice: number) => T
    ) {
        this.root = { value: start };
    }

    of(choices: readonly number[]): T {
        let at = this.root;
        for (const [place, choice] of choices.entries()) {
            const known = at.longer?.get(choice);
            if (known) {
                at = known;
            } else if (this.kept >= this.most) {
                return choices.slice(place).reduce((value, one) => this.next(value, one), at.value);
            } else {
                const longer: Prefix<T> = { value: this.next(at.value, choice) };
                (at.longer ??= new Map()).set(choice, longer);
                this.kept++;
                at = longer;
            }
        }
        return at.value;
    }
}

interface Prefix<T> {
    readonly value: T;
    longer?: Map<number, Prefix<T>>;
}
