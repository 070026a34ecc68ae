/**
 * The part of the history that a recorder keeps: the events themselves, by key, while they can still matter. A decision
 * then takes logarithmic time, regardless of the session's length. `events/window-recorders.ts` adds events, and
 * `conditions/aggregates.ts` reads them.
 */
import type { Amount } from '../values/amounts.js';
import { add, compareAmounts, negated } from '../values/amounts.js';
import type { Entry, Log, Mark, Totals, ValuePlaces } from './memory.js';
import { append, EMPTY_SEQUENCE, itemAt, itemsFrom, sequenceOf } from '../collections/sequence.js';
import { valueAt, withValue } from '../collections/text-map.js';
import { TRUE } from '../policy/truth.js';

export const NO_TOTALS: Totals = {
    least: 0,
    most: 0,
    unboundedBelow: 0,
    unboundedAbove: 0,
    negative: 0,
    unreadCertain: 0,
    unread: 0
};

export const EMPTY_LOG: Log = {
    entries: EMPTY_SEQUENCE,
    start: 0,
    dropped: NO_TOTALS,
    sums: NO_TOTALS,
    values: undefined,
    certainValues: 0,
    allValues: 0
};

/** The log with one more entry. The entry comes without sums, because they follow from the previous ones. */
export function withEntry(log: Log, entry: Omit<Entry, 'sums'>, isKept: boolean): Log {
    const sums = totalsWith(log.sums, entry);
    const counted = entry.value === undefined ? log : withValueAt(log, entry.value, entry);
    return {
        entries: isKept ? append(log.entries, entryOf(entry, sums)) : log.entries,
        start: log.start,
        dropped: log.dropped,
        sums,
        values: counted.values,
        certainValues: counted.certainValues,
        allValues: counted.allValues
    };
}

function entryOf({ place, time, truth, asked, event, part, value }: Omit<Entry, 'sums'>, sums: Totals): Entry {
    return { place, time, truth, asked, event, part, value, sums };
}

/** A log with a single entry. */
export function onlyEntry(entry: Omit<Entry, 'sums'>): Log {
    return withEntry(EMPTY_LOG, entry, true);
}

/**
 * The log without the entries before the first for which the predicate is true; the remaining entries are copied from
 * time to time.
 */
export function withoutBefore(log: Log, isKept: (entry: Entry) => boolean): Log {
    let { start, certainValues, allValues } = log;
    for (; start < log.entries.length; start++) {
        const entry = itemAt(log.entries, start);
        if (isKept(entry)) {
            break;
        }
        const last = placesIn(log, entry);
        allValues -= last?.last === entry.place ? 1 : 0;
        certainValues -= last?.lastCertain === entry.place ? 1 : 0;
    }
    if (start === log.start) {
        return log;
    }
    const shorter = { ...log, start, certainValues, allValues };
    return start > MIN_DROPPED && start * 2 > log.entries.length ? copied(shorter) : shorter;
}

const MIN_DROPPED = 32;

function copied(log: Log): Log {
    const kept = itemsFrom(log.entries, log.start);
    const values = kept.reduce<Log['values']>(
        (map, entry) =>
            entry.value === undefined ? map : withValue(map, entry.value, valueAt(log.values, entry.value)!),
        undefined
    );
    return { ...log, entries: sequenceOf(kept), start: 0, dropped: totalsBefore(log, log.start), values };
}

export function entriesOf(log: Log): Entry[] {
    return itemsFrom(log.entries, log.start);
}

/** The totals of the entries before the given index. */
export function totalsBefore(log: Log, index: number): Totals {
    return index > 0 ? itemAt(log.entries, index - 1).sums : log.dropped;
}

export function placesIn(log: Log, entry: Entry): ValuePlaces | undefined {
    return entry.value === undefined ? undefined : valueAt(log.values, entry.value);
}

export function plus(a: Totals, b: Totals): Totals {
    return combine(a, b, add, 1);
}

export function minus(a: Totals, b: Totals): Totals {
    return combine(a, b, (left, right) => add(left, negated(right)), -1);
}

function combine(a: Totals, b: Totals, amounts: (a: Amount, b: Amount) => Amount, sign: 1 | -1): Totals {
    return {
        least: amounts(a.least, b.least),
        most: amounts(a.most, b.most),
        unboundedBelow: a.unboundedBelow + sign * b.unboundedBelow,
        unboundedAbove: a.unboundedAbove + sign * b.unboundedAbove,
        negative: a.negative + sign * b.negative,
        unreadCertain: a.unreadCertain + sign * b.unreadCertain,
        unread: a.unread + sign * b.unread
    };
}

export function totalsWith(sums: Totals, { part, value, truth }: Omit<Entry, 'sums'>): Totals {
    const isUnread = value === undefined;
    return {
        least: !part || part.least === null ? sums.least : add(sums.least, part.least),
        most: !part || part.most === null ? sums.most : add(sums.most, part.most),
        unboundedBelow: sums.unboundedBelow + (part?.least === null ? 1 : 0),
        unboundedAbove: sums.unboundedAbove + (part?.most === null ? 1 : 0),
        negative: sums.negative + (part && (part.least === null || compareAmounts(part.least, 0) < 0) ? 1 : 0),
        unreadCertain: sums.unreadCertain + (isUnread && truth === TRUE ? 1 : 0),
        unread: sums.unread + (isUnread ? 1 : 0)
    };
}

function withValueAt(
    log: Log,
    value: string,
    { place, truth }: Mark
): Pick<Log, 'values' | 'certainValues' | 'allValues'> {
    const known = valueAt(log.values, value);
    const first =
        log.start < log.entries.length ? itemAt(log.entries, log.start).place : log.entries.length > 0 ? place : 0;
    const isIn = (at: number | undefined): boolean => at !== undefined && at >= first;
    const certain = truth === TRUE;
    return {
        values: withValue(log.values, value, {
            last: place,
            lastCertain: certain ? place : (known?.lastCertain ?? -1)
        }),
        allValues: log.allValues + (isIn(known?.last) ? 0 : 1),
        certainValues: log.certainValues + (certain && !isIn(known?.lastCertain) ? 1 : 0)
    };
}
