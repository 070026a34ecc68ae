/**
 * The monitors: `once`, `since`, `count` and `last is`, updated by one event at a time. Each form of M8 and M9 is a formula over all
 * events. The recurrences here compute it, since the Kleene operators distribute over each other:
 *
 *     once E            = some E
 *     no E since F      = some F and no E after it
 *     E since F         = some E after some F, and no F at or after that E
 *     A since B or start = some A, and no B at or after it
 *     once A then B     = some B after some A
 *
 * With a window, a place counts only while it is recent enough: the time of the latest such place is kept instead of
 * the value.
 */
import { cellKinds, cellsOf, countedCells, NONE } from '../conditions/within.js';
import type { MonitorState } from '../memory/memory.js';
import type { Monitor } from '../policy/policy.js';
import { type Truth, and, FALSE, not, or, TRUE, UNKNOWN } from '../policy/truth.js';
import type { EventValue } from './event-matches.js';

/** `start` is the F of a `since` that has none; it happened at the beginning. */
export function initialCells(monitor: Monitor, began: number): number[] {
    const cells = cellKinds(monitor).map((kind) => (kind === 'time' ? NONE : 0));
    const fromStart = monitor.from === undefined;
    if (monitor.kind === 'no since' && fromStart) {
        return monitor.window === undefined ? [TRUE] : [began, NONE];
    }
    if (monitor.kind === 'since' && fromStart) {
        return monitor.window === undefined ? [FALSE, TRUE] : [began, NONE, NONE, NONE];
    }
    return cells;
}

export function stepMonitor(
    monitor: Monitor,
    state: MonitorState,
    values: readonly EventValue[],
    caller: { readonly agent?: number; readonly released: boolean },
    time: number
): MonitorState {
    const width = cellsOf(monitor);
    if (monitor.kind === 'last is') {
        const from = monitor.perAgent ? caller.agent! * width : 0;
        const latest = monitor.window === undefined ? [values[0]!.e] : marked([NONE, NONE], values[0]!.e, time);
        return caller.released ? [...state.slice(0, from), ...latest, ...state.slice(from + width)] : state;
    }
    const stepped = (cells: readonly number[], value: EventValue): readonly number[] =>
        monitor.window === undefined ? stepUntimed(monitor, cells, value) : stepTimed(monitor.kind, cells, value, time);
    return values.length === 1
        ? stepped(state, values[0]!)
        : values.flatMap((value, caller) => stepped(state.slice(caller * width, caller * width + width), value));
}

/** The cells after an event, by the recurrences in the header of this file. */
function stepUntimed(monitor: Monitor, cells: readonly number[], { e, f }: EventValue): number[] {
    const value = cells[0] as Truth;
    switch (monitor.kind) {
        case 'count':
            return countOn(cells, e, f, monitor.cap ?? Infinity);
        case 'once':
            return [or(value, e)];
        case 'no since':
            return [or(f, and(value, not(e)))];
        case 'since or start':
            return [and(or(value, e), not(f))];
        case 'since': {
            const happened = cells[1] as Truth;
            return [and(not(f), or(value, and(e, happened))), or(happened, f)];
        }
        case 'once then': {
            const happened = cells[1] as Truth;
            return [or(value, and(e, happened)), or(happened, f)];
        }
        default:
            return [...cells];
    }
}

/** The same with times. An event can set a time to now, remove it, or copy it, but it never compares two times. */
function stepTimed(
    kind: Monitor['kind'],
    cells: readonly number[],
    { e, f }: EventValue,
    now: number
): readonly number[] {
    switch (kind) {
        case 'once':
            return marked(cells, e, now);
        case 'no since':
            return marked(e === TRUE ? [NONE, NONE] : e === UNKNOWN ? doubted(cells) : cells, f, now);
        case 'since': {
            const begun = cells.slice(0, 2);
            const value = cells.slice(2);
            const happened = e === TRUE ? begun : e === UNKNOWN ? possibly(value, begun) : value;
            const kept = f === TRUE ? [NONE, NONE] : f === UNKNOWN ? doubted(happened) : happened;
            return [...marked(begun, f, now), ...kept];
        }
        case 'once then': {
            const happened = cells[0] as Truth;
            return [or(happened, f), ...marked(cells.slice(1), and(e, happened), now)];
        }
        case 'count':
            return countedCells(cells, e, f, now);
        default:
            return [...cells];
    }
}

/** The times after something that is true, or possibly true, now. */
function marked([certain, possible]: readonly number[], value: Truth, now: number): number[] {
    return value === TRUE ? [now, NONE] : value === UNKNOWN ? [certain!, now] : [certain!, possible!];
}

/** The times after a certain event became a possible one. */
function doubted([certain, possible]: readonly number[]): number[] {
    return [NONE, possible === NONE ? certain! : possible!];
}

/**
 * The times of `E since F` after an E that may have happened: the latest F may now have an E after it, if it certainly
 * had none.
 */
function possibly([certain, possible]: readonly number[], [begun, perhaps]: readonly number[]): number[] {
    const latest = perhaps === NONE ? begun! : perhaps!;
    return certain === NONE ? [NONE, latest] : [certain!, perhaps === NONE ? possible! : perhaps!];
}

/** The least and the greatest number of events since the latest F; an unknown F may or may not have reset it. */
function countOn([least, most]: readonly number[], e: Truth, f: Truth, cap: number): number[] {
    if (f === TRUE) {
        return [0, 0];
    }
    const counted = Math.min(cap, least! + (e === TRUE ? 1 : 0));
    return [f === UNKNOWN ? 0 : counted, Math.min(cap, most! + (e === FALSE ? 0 : 1))];
}
