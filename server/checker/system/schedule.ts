/** Computes the seconds of the steps of a session from the ages that the steps rely on. */
import type { Guard, Move } from './timing.js';
import type { Zone } from '../search/zone.js';

/** A step as the schedule sees it: the ages that it relies on, and the times that it moves. */
export interface TimedStep {
    readonly guards: readonly Guard[];
    readonly moves: readonly Move[];
}

/**
 * The constraint that `to` is at least this many seconds after `from`: 0 is the start of the session, k the k-th step,
 * and the next index the end.
 */
interface Constraint {
    readonly from: number;
    readonly to: number;
    readonly least: number;
}

/**
 * The earliest seconds at which the steps can happen: the least solution of the difference constraints along the
 * session (Bellman 1958), which is least for every step at once. The last second is that of the end, at which the ages
 * are in the zone, if one is given.
 */
export function schedule(steps: readonly TimedStep[], last?: Zone): number[] {
    const constraints = constraintsOf(steps, last);
    const end = steps.length + 1;
    const times = Array<number>(end + 1).fill(0);
    for (let round = 0, changed = true; changed && round <= end + 1; round++) {
        changed = false;
        for (const { from, to, least } of constraints) {
            if (times[to]! < times[from]! + least) {
                times[to] = times[from]! + least;
                changed = true;
            }
        }
    }
    return times.slice(1);
}

/** The constraints on the seconds of the steps from the ages that the steps rely on, and from the ages at the end. */
export function constraintsOf(steps: readonly TimedStep[], last?: Zone): Constraint[] {
    const constraints: Constraint[] = [];
    let holder = new Map<number, number>();
    steps.forEach(({ guards, moves }, index) => {
        const step = index + 1;
        constraints.push({ from: step - 1, to: step, least: 0 });
        for (const { register, window, young } of guards) {
            const source = holder.get(register) ?? 0;
            constraints.push(
                young ? { from: step, to: source, least: -window } : { from: source, to: step, least: window + 1 }
            );
        }
        const before = holder;
        holder = new Map(
            moves.map(({ register, source }) => [register, source === undefined ? step : (before.get(source) ?? 0)])
        );
    });
    const end = steps.length + 1;
    constraints.push({ from: end - 1, to: end, least: 0 });
    const placeOf = (register: number | undefined): number =>
        register === undefined ? end : (holder.get(register) ?? 0);
    for (const { of, to, most } of last?.differences() ?? []) {
        constraints.push({ from: placeOf(to), to: placeOf(of), least: -most });
    }
    return constraints;
}
