/**
 * Computes when a session can happen whose steps have conditions on the clock: ages relate the seconds of steps to each
 * other, and phases relate each second to the clock. If two schedules satisfy both kinds of constraints, so do their
 * pointwise maximum and minimum. So there is a least schedule that does not begin before a given start, and it is found
 * by moving steps that are too early to later seconds.
 */
import type { TimedStep } from './schedule.js';
import { constraintsOf } from './schedule.js';
import type { Phases } from '../reductions/environment/phases.js';
import { limitOf } from '../limits/limits.js';

export interface PlacedStep extends TimedStep {
    readonly phase?: number;
}

export interface Placement {
    /** The clock time of second 0, since 1970-01-01T00:00Z. */
    readonly epoch: number;
    /** The second of each step. */
    readonly times: readonly number[];
}

/** Undefined if there is no such session, or none was found. */
export function placed(steps: readonly PlacedStep[], phases: Phases): Placement | undefined {
    const constraints = constraintsOf(steps);
    const instants = Array<number>(steps.length + 2).fill(phases.start);
    const rounds = limitOf('placingRounds');
    for (let round = 0; ; round++) {
        if (round > rounds) {
            // This assumes that there is no solution, so the search is then an over-approximation.
            return undefined;
        }
        let isDone = true;
        const raise = (step: number, instant: number): void => {
            if (instants[step]! < instant) {
                instants[step] = instant;
                isDone = false;
            }
        };
        for (const { from, to, least } of constraints) {
            raise(to, instants[from]! + least);
        }
        for (const [index, { phase }] of steps.entries()) {
            const shown = phase === undefined ? instants[index + 1]! : phases.next(phase, instants[index + 1]!);
            if (shown === undefined) {
                return undefined;
            }
            raise(index + 1, shown);
        }
        if (isDone) {
            break;
        }
    }
    // The session starts as late as the ages allow.
    const latest = constraints.filter(({ from }) => from === 0).map(({ to, least }) => instants[to]! - least);
    const epoch = latest.length > 0 ? Math.min(...latest) : instants[0]!;
    return { epoch, times: instants.slice(1, -1).map((instant) => instant - epoch) };
}
