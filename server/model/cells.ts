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

/** How many cells that are; asked at each decision, so that no list is made for it. */
export function cellsOf({ kind, window, cap }: Monitor): number {
    if (kind === 'count') {
        return window === undefined ? 2 : 4 * cap!;
    }
    const hasFrom = kind === 'since' || kind === 'once then';
    return window === undefined ? (hasFrom ? 2 : 1) : kind === 'since' ? 4 : hasFrom ? 3 : 2;
}

/** Where in its cells the times stand that decide what a monitor with a window says. */
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
    const isYoung = (at: number): boolean => at !== NONE && time - at <= monitor.window!;
    return isYoung(cells[certain]!) ? TRUE : isYoung(cells[possible]!) ? UNKNOWN : FALSE;
}

/** How many events a `count` has had at least and at most, as far as its cap, from its cells for one agent, at a time. */
export function countOfCells(monitor: Monitor, cells: readonly number[], time: number): readonly [number, number] {
    if (monitor.window === undefined) {
        return [cells[0]!, cells[1]!];
    }
    const young = placesOf(cells).filter((place) => time - place.time <= monitor.window!);
    return [young.filter(({ truth }) => truth === TRUE).length, young.length].map((number) =>
        Math.min(number, monitor.cap!)
    ) as [number, number];
}

/** A place of a `count` with a window. */
export interface CountedPlace {
    readonly time: number;
    readonly truth: Truth;
}

/** The places in the cells of a `count` with a window, the latest first. */
export function placesOf(cells: readonly number[]): CountedPlace[] {
    const places: CountedPlace[] = [];
    for (let cell = 0; cell < cells.length; cell += 2) {
        if (cells[cell] !== NONE) {
            places.push({ time: cells[cell]!, truth: cells[cell + 1] as Truth });
        }
    }
    return places;
}

/** The cells with these places, the latest first, as far as they can still matter. */
export function cellsWith(places: readonly CountedPlace[], length: number): number[] {
    const cap = length / 4;
    const kept = places.filter(
        ({ truth }, index) =>
            index < cap ||
            (truth === TRUE && places.slice(0, index).filter((later) => later.truth === TRUE).length < cap)
    );
    const cells = kept.flatMap(({ time, truth }) => [time, truth]);
    return [...cells, ...Array.from({ length: (length - cells.length) / 2 }, () => [NONE, FALSE]).flat()];
}

/** The cells of a `count` with a window without what they say of places whose times are gone. */
export function withoutStale(cells: readonly number[]): number[] {
    return cells.map((value, cell) => (cell % 2 === 1 && cells[cell - 1] === NONE ? FALSE : value));
}
