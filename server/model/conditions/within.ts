/** Defines the cells of a monitor, and how a condition reads them. The window (`within`) is applied here. */
import type { Monitor } from '../policy/policy.js';
import type { Truth } from '../policy/truth.js';
import { FALSE, TRUE, UNKNOWN } from '../policy/truth.js';

/** The kind of a cell: `truth` is 0-2, `count` is 0 … cap, `time` is a second or `NONE`. */
export type CellKind = 'truth' | 'count' | 'time';

/** The value of a cell while nothing of that kind has happened. */
export const NONE = -1;

/**
 * The cells of a monitor for one agent.
 *
 * Without a window: the value; for `since` and `once then`, whether F happened; for `count`, the two ends. With a
 * window, `[t, m]` are the time of the latest place that makes the value true and the time of a later place that makes
 * it unknown. The latest place suffices, since it is the last to leave the window. For `since`, the times of the latest
 * certain and possible F come first; for `once then`, whether an A happened. For `count` with a window: places, the
 * latest first, each with its time and whether it is certain. The latest `cap` places and the latest `cap` certain ones
 * are included, so there are at most twice `cap`.
 */
export function cellKinds(monitor: Monitor): readonly CellKind[] {
    if (monitor.kind === 'count') {
        return monitor.window === undefined
            ? ['count', 'count']
            : Array.from({ length: 2 * monitor.cap! }, (): CellKind[] => ['time', 'truth']).flat();
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

/** The number of these cells. It is computed at each decision, so that no list is built just to count it. */
export function cellsOf({ kind, window, cap }: Monitor): number {
    if (kind === 'count') {
        return window === undefined ? 2 : 4 * cap!;
    }
    const hasFrom = kind === 'since' || kind === 'once then';
    return window === undefined ? (hasFrom ? 2 : 1) : kind === 'since' ? 4 : hasFrom ? 3 : 2;
}

/** The indices of the cells that hold the times for a monitor with a window. */
export function decidingTimes(monitor: Monitor): readonly number[] {
    return monitor.kind === 'count'
        ? cellKinds(monitor).flatMap((kind, cell) => (kind === 'time' ? [cell] : []))
        : certainAndPossible(monitor);
}

function certainAndPossible({ kind }: Monitor): readonly [number, number] {
    return kind === 'since' ? [2, 3] : kind === 'once then' ? [1, 2] : [0, 1];
}

/** The value of a monitor from its cells for one agent, at a time. */
export function valueOfCells(monitor: Monitor, cells: readonly number[], time: number): Truth {
    if (monitor.window === undefined) {
        return cells[0] as Truth;
    }
    const [certain, possible] = certainAndPossible(monitor);
    return isYoung(monitor, cells[certain]!, time) ? TRUE : isYoung(monitor, cells[possible]!, time) ? UNKNOWN : FALSE;
}

/** The least and greatest number of events of a `count`, up to its cap, from its cells for one agent, at a time. */
export function countOfCells(monitor: Monitor, cells: readonly number[], time: number): readonly [number, number] {
    if (monitor.window === undefined) {
        return [cells[0]!, cells[1]!];
    }
    let [least, most] = [0, 0];
    for (let cell = 0; cell < cells.length; cell += 2) {
        if (isYoung(monitor, cells[cell]!, time)) {
            least += cells[cell + 1] === TRUE ? 1 : 0;
            most++;
        }
    }
    return [Math.min(least, monitor.cap!), Math.min(most, monitor.cap!)];
}

function isYoung({ window }: Monitor, at: number, time: number): boolean {
    return at !== NONE && time - at <= window!;
}

/**
 * True if the cells of a key carry no more information than those of an unseen key: every time in them has left the
 * window.
 */
export function isSpent(monitor: Monitor, cells: readonly number[], unseen: readonly number[], time: number): boolean {
    const kinds = kindsOf(monitor);
    return cells.every((value, cell) =>
        kinds[cell % kinds.length] === 'time'
            ? !isYoung(monitor, value, time)
            : monitor.kind === 'count' || value === unseen[cell]
    );
}

const kindsByMonitor = new WeakMap<Monitor, readonly CellKind[]>();

function kindsOf(monitor: Monitor): readonly CellKind[] {
    const kinds = kindsByMonitor.get(monitor) ?? cellKinds(monitor);
    kindsByMonitor.set(monitor, kinds);
    return kinds;
}

/**
 * The cells of a `count` with a window after a place that may be an E, an F or both. After an unknown F no earlier
 * place is certain, because F may have reset the count. Earlier places are kept while they can still matter.
 */
export function countedCells(cells: readonly number[], e: Truth, f: Truth, now: number): readonly number[] {
    if (e === FALSE && f === FALSE) {
        return cells;
    }
    const cap = cells.length / 4;
    const kept = new Array<number>(cells.length);
    let [length, certain] = [0, 0];
    const keep = (time: number, truth: Truth): void => {
        if (length < 2 * cap || (truth === TRUE && certain < cap)) {
            kept[length++] = time;
            kept[length++] = truth;
        }
        certain += truth === TRUE ? 1 : 0;
    };
    if (f !== TRUE) {
        if (e !== FALSE) {
            keep(now, f === UNKNOWN ? UNKNOWN : e);
        }
        for (let cell = 0; cell < cells.length; cell += 2) {
            if (cells[cell] !== NONE) {
                keep(cells[cell]!, f === UNKNOWN ? UNKNOWN : (cells[cell + 1] as Truth));
            }
        }
    }
    while (length < cells.length) {
        kept[length++] = NONE;
        kept[length++] = FALSE;
    }
    return kept;
}

/** The cells of a `count` with a window, without those that have left the window. */
export function withoutStale(cells: readonly number[]): number[] {
    return cells.map((value, cell) => (cell % 2 === 1 && cells[cell - 1] === NONE ? FALSE : value));
}
