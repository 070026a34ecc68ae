/** Smallest subsets of the steps of a session on which something is so, found by trying (M24). */

/** Subsets tried before the search gives up on a smallest one and takes one that no single step can leave. */
const MAX_SUBSETS = 20_000;
/** Steps in the subsets that are tried then: of a session with very many, some may be left that need not be. */
const MAX_STEPS = 200_000;

/**
 * A smallest subset of 0 … count-1 on which the property holds, of several the one with later numbers; it must hold on the
 * whole.
 *
 * @param holds of numbers in their order
 */
export function smallestSubset(count: number, holds: (chosen: readonly number[]) => boolean): ReadonlySet<number> {
    let tried = 0;
    for (let size = 0; size <= count; size++) {
        for (const chosen of subsets(count, size)) {
            if (holds(chosen)) {
                return new Set(chosen);
            }
            if (++tried > MAX_SUBSETS) {
                return minimalSubset(count, holds);
            }
        }
    }
    return minimalSubset(count, holds);
}

/** Each number is left out, from the first on, if the property holds without it. */
function minimalSubset(count: number, holds: (chosen: readonly number[]) => boolean): ReadonlySet<number> {
    let chosen = Array.from({ length: count }, (_, index) => index);
    let steps = 0;
    for (let index = 0; index < count && steps <= MAX_STEPS; index++) {
        const without = chosen.filter((other) => other !== index);
        steps += without.length;
        if (holds(without)) {
            chosen = without;
        }
    }
    return new Set(chosen);
}

/** Later numbers first: of two causes the nearer one is the one to show. */
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
 * What a sequence of choices comes to, one after the other. Of a sequence that begins as one before, only the rest is done:
 * subsets that are tried one after the other have most of their beginnings in common.
 */
export class Prefixes<T> {
    private readonly root: Prefix<T>;
    private kept = 0;

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
            } else if (this.kept >= MAX_KEPT) {
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

const MAX_KEPT = 50_000;

interface Prefix<T> {
    readonly value: T;
    longer?: Map<number, Prefix<T>>;
}
