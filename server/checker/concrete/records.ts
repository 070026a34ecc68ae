/**
 * The contents of recorders, for the key of a state: places by their order, ages up to the window, and sums of the
 * entries that still count.
 */
import type { Log, Mark, RecordState } from '../../model/memory/memory.js';
import { entriesOf, minus, totalsBefore } from '../../model/memory/window-records.js';
import { itemsFrom, type Sequence } from '../../model/collections/sequence.js';
import type { TextMap } from '../../model/collections/text-map.js';

/**
 * A plain value: two records with the same continuations have the same value. `age` is applied to every time that a
 * window reads.
 */
export function plainRecord(
    { recorder, events, from }: RecordState,
    age: (time: number, window: number) => number
): readonly { readonly key: string; readonly events: unknown; readonly from: unknown }[] {
    const logs = new Map([...pairsOf(events.known), [ANYONES, events.anyones] as const]);
    const begins = new Map([...pairsOf(from.known), [ANYONES, from.anyones] as const]);
    const marks = [...begins.values()].flatMap((sequence) => itemsFrom(sequence, 0));
    const places = [...[...logs.values()].flatMap(placesOf), ...marks.map(({ place }) => place)];
    const order = new Map([...new Set(places)].sort((a, b) => a - b).map((place, rank) => [place, rank]));
    const when = (mark: Mark): unknown => [
        order.get(mark.place),
        recorder.window === undefined ? '' : age(mark.time, recorder.window),
        mark.truth,
        mark.asked,
        mark.event && { ...mark.event, time: 0 }
    ];
    return [...new Set([...logs.keys(), ...begins.keys()])].map((key) => ({
        key,
        events: plainLog(logs.get(key), when, order),
        from: itemsFrom(begins.get(key) ?? NO_MARKS, 0).map(when)
    }));
}

/** A text that is never a key: keys are JSON or empty. */
const ANYONES = 'anyone';

const NO_MARKS: Sequence<Mark> = { length: 0, depth: 0, root: { items: [] } };

function plainLog(log: Log | undefined, when: (mark: Mark) => unknown, order: ReadonlyMap<number, number>): unknown {
    if (!log) {
        return undefined;
    }
    const entries = entriesOf(log);
    const values = pairsOf(log.values).map(([text, { last, lastCertain }]) => [
        text,
        entries.length > 0 ? [order.get(last), order.get(lastCertain)] : lastCertain >= 0
    ]);
    return {
        sums: minus(log.sums, totalsBefore(log, log.start)),
        entries: entries.map((entry) => [when(entry), entry.part, entry.value]),
        values,
        counted: [log.certainValues, log.allValues]
    };
}

function placesOf(log: Log): number[] {
    return entriesOf(log).map(({ place }) => place);
}

/** The entries of the map, sorted by text. */
function pairsOf<V>(map: TextMap<V>): [string, V][] {
    return map ? [...map].sort(([a], [b]) => (a < b ? -1 : 1)) : [];
}
