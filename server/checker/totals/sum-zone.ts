/**
 * Represents sets of sums as zones (`search/zone.ts`): a register is an end of a sum, and the matrix bounds the sums
 * and their differences. An event adds an amount to all sums that it is part of, as if time passed only for these
 * clocks.
 */
import { Zone } from '../search/zone.js';

/** A register after an event that adds an amount to it. */
export interface Shift {
    readonly register: number;
    /** The register that represents the sum plus the amount. */
    readonly to: number;
    /** The number of the amount; all shifts by the same amount have the same number. */
    readonly amount: number;
    readonly least: number;
    /** The largest amount; `Infinity` means no bound. */
    readonly most: number;
}

/** The zone in which all sums are 0. */
export function nothingAdded(registers: readonly number[]): Zone {
    return Zone.from(registers, () => 0);
}

/**
 * The same sums, plus each of the shifted ones with its amount. Differences between sums with the same amount stay;
 * differences to all others grow by the range of the amount. So the sums after the event are bounded exactly if there
 * is at most one other sum, or if the amount is added to a single sum. If several sums get the amount and several do
 * not, relations between pairs of one group and pairs of the other are dropped (docs/checker.md, "Counts and totals").
 */
export function withShifted(zone: Zone, shifts: readonly Shift[]): Zone {
    const registers = [...zone.clocks, ...shifts.map(({ to }) => to)];
    const all = [undefined, ...zone.clocks.map(() => undefined), ...shifts];
    const before = [undefined, ...zone.clocks, ...shifts.map(({ register }) => register)].map((one) => zone.place(one));
    return Zone.by(registers, (row, column) => {
        const [a, b] = [all[row], all[column]];
        const bound = zone.at(before[row]!, before[column]!);
        return a && b && a.amount === b.amount ? bound : bound + (a?.most ?? 0) - (b?.least ?? 0);
    });
}

/** A sum that is part of another: everything in the first is in the second. */
export interface Inclusion {
    readonly part: number;
    readonly whole: number;
}

/** Drops sums that may be outdated from these registers. A whole is never dropped before its part. */
export function loosened(zone: Zone, loose: ReadonlySet<number>, inclusions: readonly Inclusion[]): Zone {
    const isPart = (first: number | undefined, second: number | undefined): boolean =>
        inclusions.some(({ part, whole }) => part === first && whole === second);
    return Zone.from(zone.clocks, (first, second) => {
        const bound = zone.bound(first, second);
        if (second === undefined || !loose.has(second)) {
            // The bound stays valid for a smaller value.
            return bound;
        }
        if (first === undefined || first === second) {
            return 0;
        }
        return isPart(first, second) ? 0 : zone.bound(first, undefined);
    });
}

/** One combination of values that the sums can have together: the least of each. */
export function leastOf(zone: Zone, register: number): number {
    return -zone.bound(undefined, register) + 0;
}
