/** What a monitor keeps: its cells, and how a condition reads them. */
import type { Monitor } from './policy.js';
import type { Truth } from './truth.js';
import { FALSE, TRUE, UNKNOWN } from './truth.js';

/** `truth` 0-2, `count` 0 … cap, `time` a second or `NONE`. */
export type CellKind = 'truth' | 'count' | 'time';

/** Nothing of that kind happened yet. */
export const NONE = -1;

/**
 * The cells of a monitor, for one agent.
 *
 * Without a window: the value; for `since` and `once then` then whether F happened; for `count` the two ends.
 * With a window, `[t, m]` are the times of the latest place that makes the value true, and of a later one that makes
 * it unknown: the latest suffices, since of two places the later one is the younger. For `since` they come after the
 * times of the latest F, certain and possible; for `once then` after whether an A happened.
 */
export function cellKinds(monitor: Monitor): readonly CellKind[] {
    if (monitor.kind === 'count') {
        return ['count', 'count'];
    }
    const timed = monitor.window !== undefined;
    switch (monitor.kind) {
        case 'since':
            return timed ? ['time', 'time', 'time', 'time'] : ['truth', 'truth'];
        case 'once then':
            return timed ? ['truth', 'time', 'time'] : ['truth', 'truth'];
        default:
            return timed ? ['time', 'time'] : ['truth'];
    }
}

export function cellsOf(monitor: Monitor): number {
    return cellKinds(monitor).length;
}

/** Where in its cells the times stand that decide the value of a monitor with a window: certain, then possible. */
export function decidingTimes(monitor: Monitor): readonly [number, number] {
    return monitor.kind === 'since' ? [2, 3] : monitor.kind === 'once then' ? [1, 2] : [0, 1];
}

/** The value of a monitor from its cells for one agent, at a time. */
export function valueOfCells(monitor: Monitor, cells: readonly number[], time: number): Truth {
    if (monitor.window === undefined) {
        return cells[0] as Truth;
    }
    const [certain, possible] = decidingTimes(monitor);
    const isYoung = (at: number): boolean => at !== NONE && time - at <= monitor.window!;
    return isYoung(cells[certain]!) ? TRUE : isYoung(cells[possible]!) ? UNKNOWN : FALSE;
}
