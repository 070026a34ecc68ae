/**
 * How many values of each kind of key are tracked, and in which order. Keys have values without number, so each search is right
 * in one direction only: beside all other values, which may do anything, it proves; with a few alone, it finds sessions
 * (docs/checker.md, "Keys").
 */
import { counted } from '../../model/text/plural.js';
import { limitOf } from '../limits/limits.js';

export interface Tracked {
    readonly values: number;
    /** Other values exist too, and may do anything. */
    readonly others: boolean;
}

interface Ladder {
    readonly besideOthers: readonly number[];
    readonly alone: readonly number[];
    /** The first few values alone are tried after the first proof (the usual case), before it, or after all. */
    readonly firstAlone: 'after the first' | 'before' | 'after all';
    /** The limits of both, which may be less. */
    readonly most: readonly ['trackedAmongAll' | 'comparedAmongAll', 'trackedKeys' | 'comparedKeysAlone'];
}

const LADDERS = {
    claim: {
        besideOthers: [1, 2],
        alone: [2, 3, 4, 6],
        firstAlone: 'after the first',
        most: ['trackedAmongAll', 'trackedKeys']
    },
    // One value is often enough for what is counted, and each more takes many states.
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
 * What is tracked by the searches of one question, the first search first.
 *
 * @param needed values that a judged call can have: a proof tracks no fewer
 * @param isSymmetric no value is told from another, so that those tracked stand for all; else there is no proof
 */
export function trackedInTurn(
    what: keyof typeof LADDERS,
    { needed, isSymmetric }: { readonly needed: number; readonly isSymmetric: boolean }
): Tracked[] {
    const { besideOthers, alone, firstAlone, most }: Ladder = LADDERS[what];
    const [mostBeside, mostAlone] = [limitOf(most[0]), limitOf(most[1])];
    const proofs = besideOthers
        .filter((values) => isSymmetric && values >= needed && values <= mostBeside)
        .map((values): Tracked => ({ values, others: true }));
    const few = [...new Set(alone.map((values) => Math.min(values, mostAlone)))].map((values): Tracked => ({
        values,
        others: false
    }));
    const before =
        firstAlone === 'before' ? 0 : firstAlone === 'after all' ? proofs.length : Math.min(1, proofs.length);
    return [...proofs.slice(0, before), ...few.slice(0, 1), ...proofs.slice(before), ...few.slice(1)];
}

/** Of what stays possible: `spares` are values that nobody has used before the way out begins. */
export interface TrackedWays extends Tracked {
    /** With the others, if there are any, these are all values. */
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

/** The same for a question about a way back: so many values are universal. */
export function trackedWaysInTurn(universal: number, isSymmetric: boolean): TrackedWays[] {
    const most = limitOf('trackedStays');
    return (isSymmetric ? WAYS : FEW_WAYS).filter(
        ({ values, spares }) => values <= most && values - spares >= universal
    );
}

export const ONE_VALUE: Tracked = { values: 1, others: false };

/** `keys → 2 values and all others` */
export function trackedText({ values, others }: Tracked): string {
    return `keys → ${counted(values, 'value')}${others ? ' and all others' : ''}`;
}
