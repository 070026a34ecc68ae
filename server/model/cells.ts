/** The cells of a monitor, and how a condition reads them: this is where a window, `within`, begins and ends. */
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
 * For `count` with a window: places, the latest first, each with its time and whether it is certain. Of the latest `cap`
 * places, and of the latest `cap` certain ones, all are there: twice `cap` at most.
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

/** The number of these cells; computed at each decision, so that no list is built for it. */
export function cellsOf({ kind, window, cap }: Monitor): number {
    if (kind === 'count') {
        return window === undefined ? 2 : 4 * cap!;
    }
    const hasFrom = kind === 'since' || kind === 'once then';
    return window === undefined ? (hasFrom ? 2 : 1) : kind === 'since' ? 4 : hasFrom ? 3 : 2;
}

/** The indices of the cells with the times that decide the value of a monitor with a window. */
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

/** How many events a `count` has had at least and at most, as far as its cap, from its cells for one agent, at a time. */
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

/** True if the cells of a key say no more than those of one that was not seen: every time in them is over for good. */
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
 * The cells of a `count` with a window after a place that is an E and an F so far: after an unknown F none is certain,
 * because it may have reset them. Of the earlier places, the latest are kept as far as they can still matter.
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

/** The cells of a `count` with a window without those whose times are over. */
export function withoutStale(cells: readonly number[]): number[] {
    return cells.map((value, cell) => (cell % 2 === 1 && cells[cell - 1] === NONE ? FALSE : value));
}
