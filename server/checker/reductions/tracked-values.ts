/**
 * The number and order of tracked values for each kind of key. Keys have infinitely many values, so each search is
 * right in one direction only: with all other values, which may behave in any way, it proves; with only a few values,
 * it finds sessions (docs/checker.md, "Keys").
 */
import { counted } from '../../model/text/plural.js';
import { limitOf } from '../limits/limits.js';

export interface TrackedCount {
    readonly values: number;
    /** True if other values exist too, which may behave in any way. */
    readonly others: boolean;
}

interface Ladder {
    readonly besideOthers: readonly number[];
    readonly alone: readonly number[];
    /**
     * The position of a search with only the first few values: after the first proof (the usual case), before it, or
     * after all proofs.
     */
    readonly firstAlone: 'after the first' | 'before' | 'after all';
    /** The names of the limits of both searches, which may be lower. */
    readonly most: readonly ['trackedAmongAll' | 'comparedAmongAll', 'trackedKeys' | 'comparedKeysAlone'];
}

const LADDERS = {
    claim: {
        besideOthers: [1, 2],
        alone: [2, 3, 4, 6],
        firstAlone: 'after the first',
        most: ['trackedAmongAll', 'trackedKeys']
    },
    // One value often suffices for counts, and each additional one multiplies the states.
    counting: {
        besideOthers: [1, 2],
        alone: [1, 2, 3, 4, 6],
        firstAlone: 'before',
        most: ['trackedAmongAll', 'trackedKeys']
    },
    comparison: {
        besideOthers: [1, 2],
        alone: [2, 3, 4],
        firstAlone: 'after all',
        most: ['comparedAmongAll', 'comparedKeysAlone']
    }
} as const satisfies Readonly<Record<string, Ladder>>;

/**
 * The numbers of values that the searches of one question track, in the order of the searches.
 *
 * @param needed the number of values that a judged call can have; a proof tracks at least as many
 * @param isSymmetric true if no value is distinguished from another, so that the tracked values represent all;
 * otherwise there is no proof
 */
export function trackedInTurn(
    what: keyof typeof LADDERS,
    { needed, isSymmetric }: { readonly needed: number; readonly isSymmetric: boolean }
): TrackedCount[] {
    const { besideOthers, alone, firstAlone, most }: Ladder = LADDERS[what];
    const [mostBeside, mostAlone] = [limitOf(most[0]), limitOf(most[1])];
    const proofs = besideOthers
        .filter((values) => isSymmetric && values >= needed && values <= mostBeside)
        .map((values): TrackedCount => ({ values, others: true }));
    const few = [...new Set(alone.map((values) => Math.min(values, mostAlone)))].map((values): TrackedCount => ({
        values,
        others: false
    }));
    const before =
        firstAlone === 'before' ? 0 : firstAlone === 'after all' ? proofs.length : Math.min(1, proofs.length);
    return [...proofs.slice(0, before), ...few.slice(0, 1), ...proofs.slice(before), ...few.slice(1)];
}

/** For `stays possible`, `spares` are values that no call has used before the way out begins. */
export interface TrackedWays extends TrackedCount {
    /** True if these values, with the others if there are any, are all values of the key. */
    readonly isWhole: boolean;
    readonly spares: number;
}

const WAYS: readonly TrackedWays[] = [
    { values: 1, others: true, isWhole: true, spares: 0 },
    { values: 2, others: true, isWhole: true, spares: 0 },
    { values: 2, others: true, isWhole: true, spares: 1 },
    { values: 2, others: true, isWhole: true, spares: 2 },
    { values: 3, others: true, isWhole: true, spares: 2 }
];
const FEW_WAYS: readonly TrackedWays[] = [{ values: 3, others: false, isWhole: false, spares: 0 }];

/** The same for a question about a way back, where this many values are universally quantified. */
export function trackedWaysInTurn(universal: number, isSymmetric: boolean): TrackedWays[] {
    const most = limitOf('trackedStays');
    return (isSymmetric ? WAYS : FEW_WAYS).filter(
        ({ values, spares }) => values <= most && values - spares >= universal
    );
}

export const ONE_VALUE: TrackedCount = { values: 1, others: false };

/** Writes `keys → 2 values and all others`. */
export function trackedText({ values, others }: TrackedCount): string {
    return `keys → ${counted(values, 'value')}${others ? ' and all others' : ''}`;
}
