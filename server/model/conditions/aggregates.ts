/**
 * Computes the values of recorders at a decision: truth values, intervals of numbers (`count`, `count distinct`,
 * `sum`), and the latest event.
 */
import { type Interval, addIntervals, compareAmounts, pointOf } from '../values/amounts.js';
import type { Condition } from '../policy/policy.js';
import { entriesOf, minus, NO_TOTALS, placesIn, plus, totalsBefore, totalsWith } from '../memory/window-records.js';
import type { ByKey, Entry, Log, Mark, RecordState, Totals, HistoryEvent } from '../memory/memory.js';
import { firstIndex, itemAt, itemsFrom } from '../collections/sequence.js';
import { valueAt } from '../collections/text-map.js';
import { type Truth, and, FALSE, mayBe, not, or, TRUE, UNKNOWN } from '../policy/truth.js';

/** Evaluates the remaining part of a `where` for an event, given the decided call. */
export type AskEvent = (asked: Condition, event: HistoryEvent) => Truth;

/** A recorder, with the decided call that it is evaluated for. */
export interface RecordedQuery {
    readonly state: RecordState;
    /** The key values of the call; undefined if one of them cannot be read. */
    readonly key?: string | undefined;
    readonly fromKey?: string | undefined;
    /** The second of the decision. */
    readonly time: number;
}

/** The recorder's value for the decided call. */
export function recordedTruth(asked: RecordedQuery | undefined, ask: AskEvent): Truth {
    const logs = asked && logsFor(asked);
    if (!asked || !logs) {
        return UNKNOWN;
    }
    if (asked.state.recorder.kind === 'latest') {
        const latest = latestIn(logs);
        return latest?.asked && latest.event ? ask(latest.asked, latest.event) : UNKNOWN;
    }
    return truthOf(asked, logs, ask);
}

/** The latest event, if it is certainly the latest (M11). */
export function latestEvent(asked: RecordedQuery | undefined): HistoryEvent | undefined {
    const logs = asked && logsFor(asked);
    return logs && latestIn(logs)?.event;
}

/** The interval of the count or sum; undefined if the decided call has no value for a key. */
export function recordedInterval(asked: RecordedQuery | undefined, ask: AskEvent): Interval | undefined {
    const logs = asked && logsFor(asked);
    const starts = logs && startsFor(asked);
    if (!asked || !logs || !starts) {
        return undefined;
    }
    const { state, time } = asked;
    const { kind, window } = state.recorder;
    const since = window === undefined ? -Infinity : time - window;
    if (kind === 'total distinct') {
        return hullOf(starts.map((start) => distinctTotal(logs, start, since, ask)));
    }
    if (state.recorder.asked) {
        return kind === 'distinct'
            ? distinctAsked(logs, starts, since, ask)
            : hullOf(starts.map((start) => intervalOf(sumsAsked(logs, start, since, ask))));
    }
    if (kind === 'distinct') {
        return distinctIn(logs, starts, since);
    }
    const sums = (start: number): Totals => logs.map((log) => sumsIn(log, start, since)).reduce(plus, NO_TOTALS);
    const [first, last] = [sums(starts[0]!), starts.length > 1 ? sums(starts.at(-1)!) : undefined];
    if (!last) {
        return intervalOf(first);
    }
    // Without negative parts, a longer span has a larger sum; otherwise each span has its own sum.
    return first.negative === 0
        ? { least: intervalOf(last).least, most: intervalOf(first).most }
        : hullOf(starts.map((start) => intervalOf(sums(start))));
}

/** The entries that belong to the key, and those that may belong to any key. */
function logsFor({ state, key }: RecordedQuery): Log[] | undefined {
    return key === undefined ? undefined : partsOf(state.events, key);
}

function marksFor({ state, fromKey }: RecordedQuery): Mark[] | undefined {
    return !state.recorder.from
        ? []
        : fromKey === undefined
          ? undefined
          : inOrder(partsOf(state.from, fromKey).flatMap((marks) => itemsFrom(marks, 0)));
}

function partsOf<T>({ known, anyones }: ByKey<T>, key: string): T[] {
    const own = valueAt(known, key);
    return own === undefined ? [anyones] : [own, anyones];
}

function inOrder<T extends Mark>(marks: readonly T[]): T[] {
    return [...marks].sort((a, b) => a.place - b.place);
}

/** The possible starts of the span: the latest certain F or the start, and each uncertain F after it (M8). */
function startsFor(asked: RecordedQuery): number[] | undefined {
    const marks = marksFor(asked);
    if (!marks) {
        return undefined;
    }
    const certain = marks.filter(({ truth }) => truth === TRUE).at(-1)?.place ?? -1;
    return [certain, ...marks.filter(({ place }) => place > certain).map(({ place }) => place)];
}

/** The first entry after the start of the span that is recent enough. */
function beginOf(log: Log, start: number, since: number): number {
    return firstIndex(log.entries, log.start, ({ place, time }) => place > start && time >= since);
}

function sumsIn(log: Log, start: number, since: number): Totals {
    return start < 0 && since === -Infinity ? log.sums : minus(log.sums, totalsBefore(log, beginOf(log, start, since)));
}

/** The sums of the entries, each weighted by whether it matches the decided call. */
function sumsAsked(logs: readonly Log[], start: number, since: number, ask: AskEvent): Totals {
    return askedIn(logs, ask)
        .filter(({ place, time }) => place > start && time >= since)
        .reduce<Totals>(totalsWith, NO_TOTALS);
}

function askedIn(logs: readonly Log[], ask: AskEvent): Entry[] {
    return inOrder(logs.flatMap(entriesOf)).flatMap((entry) => {
        const asked = entry.asked && entry.event ? ask(entry.asked, entry.event) : TRUE;
        if (!mayBe(asked)) {
            return [];
        }
        const truth = and(entry.truth, asked);
        return [truth === entry.truth ? entry : { ...entry, truth, ...(entry.part && { part: perhaps(entry.part) }) }];
    });
}

/** Widens the interval to include 0, for an entry that may not be an event at all. */
function perhaps({ least, most }: Interval): Interval {
    return {
        least: least !== null && compareAmounts(least, 0) > 0 ? 0 : least,
        most: most !== null && compareAmounts(most, 0) < 0 ? 0 : most
    };
}

function intervalOf({ least, most, unboundedBelow, unboundedAbove }: Totals): Interval {
    return { least: unboundedBelow > 0 ? null : least, most: unboundedAbove > 0 ? null : most };
}

function hullOf(intervals: readonly Interval[]): Interval {
    return intervals.reduce((a, b) => ({
        least: a.least === null || b.least === null ? null : compareAmounts(a.least, b.least) <= 0 ? a.least : b.least,
        most: a.most === null || b.most === null ? null : compareAmounts(a.most, b.most) >= 0 ? a.most : b.most
    }));
}

/** A longer span never has fewer values: the shortest span gives the least, the longest the most. */
function distinctIn(logs: readonly Log[], starts: readonly number[], since: number): Interval {
    const [own, others] = logs.length > 1 ? [logs[0], logs[1]!] : [undefined, logs[0]!];
    const shortest = countIn(own ?? others, starts.at(-1)!, since);
    const longest = countIn(own ?? others, starts[0]!, since);
    const more = own ? valuesBeyond(own, others, starts[0]!, since) : 0;
    const least = Math.max(shortest.certain, shortest.sums.unreadCertain > 0 ? 1 : 0);
    return { least, most: longest.all + longest.sums.unread + more };
}

/** The number of values in a span: all values minus those whose latest occurrence is before it. */
function countIn(log: Log, start: number, since: number): { certain: number; all: number; sums: Totals } {
    if (start < 0 && since === -Infinity) {
        return { certain: log.certainValues, all: log.allValues, sums: log.sums };
    }
    const begin = beginOf(log, start, since);
    let [certain, all] = [log.certainValues, log.allValues];
    for (let index = log.start; index < begin; index++) {
        const entry = itemAt(log.entries, index);
        const last = placesIn(log, entry);
        all -= last?.last === entry.place ? 1 : 0;
        certain -= last?.lastCertain === entry.place ? 1 : 0;
    }
    return { certain, all, sums: minus(log.sums, totalsBefore(log, begin)) };
}

/** Values and unreadable values of events that may belong to any key, without those that the key has too. */
function valuesBeyond(own: Log, others: Log, start: number, since: number): number {
    const isIn = ({ place, time }: Mark): boolean => place > start && time >= since;
    const entries = entriesOf(others).filter(isIn);
    if (entries.length === 0) {
        return 0;
    }
    const known = new Set(
        entriesOf(own)
            .filter(isIn)
            .map(({ value }) => value)
    );
    const values = new Set(
        entries.map(({ value }) => value).filter((value) => value !== undefined && !known.has(value))
    );
    return values.size + entries.filter(({ value }) => value === undefined).length;
}

function distinctAsked(logs: readonly Log[], starts: readonly number[], since: number, ask: AskEvent): Interval {
    const entries = askedIn(logs, ask).filter(({ time }) => time >= since);
    const shortest = entries.filter(({ place, truth }) => place > starts.at(-1)! && truth === TRUE);
    const longest = entries.filter(({ place }) => place > starts[0]!);
    const certain = new Set(shortest.map(({ value }) => value).filter((value) => value !== undefined));
    const all = new Set(longest.map(({ value }) => value).filter((value) => value !== undefined));
    return {
        least: Math.max(certain.size, shortest.some(({ value }) => value === undefined) ? 1 : 0),
        most: all.size + longest.filter(({ value }) => value === undefined).length
    };
}

/**
 * Adds each value once. A value that may have occurred adds itself or nothing, and so does one that cannot be read: it may
 * be one of the others.
 */
function distinctTotal(logs: readonly Log[], start: number, since: number, ask: AskEvent): Interval {
    const entries = logs
        .flatMap(entriesOf)
        .filter(({ place, time }) => place > start && time >= since)
        .map((entry) => {
            const asked = entry.asked && entry.event ? ask(entry.asked, entry.event) : TRUE;
            return { value: entry.value, part: entry.part!, truth: and(entry.truth, asked) };
        })
        .filter(({ truth }) => mayBe(truth));
    const read = entries.filter(({ value }) => value !== undefined);
    const certain = new Map(read.filter(({ truth }) => truth === TRUE).map(({ value, part }) => [value, part]));
    const possible = new Map(read.filter(({ value }) => !certain.has(value)).map(({ value, part }) => [value, part]));
    const unread = entries.filter(({ value }) => value === undefined).map(({ part }) => part);
    return [...certain.values(), ...[...possible.values(), ...unread].map(perhaps)].reduce(addIntervals, pointOf(0));
}

function latestIn(logs: readonly Log[]): Entry | undefined {
    const latest = inOrder(logs.flatMap(entriesOf)).at(-1);
    return latest?.truth === TRUE ? latest : undefined;
}

/** The formulas of `events/once-and-since.ts`, applied to the entries themselves. */
function truthOf(asked: RecordedQuery, logs: readonly Log[], ask: AskEvent): Truth {
    const { state } = asked;
    const { kind, window } = state.recorder;
    const marks = marksFor(asked);
    if (!marks) {
        return UNKNOWN;
    }
    const isYoung = ({ time }: Mark): boolean => window === undefined || asked.time - time <= window;
    const entries = askedIn(logs, ask);
    const someOf = (places: readonly Mark[]): Truth =>
        places.reduce<Truth>((value, { truth }) => or(value, truth), FALSE);
    switch (kind) {
        case 'once':
            return someOf(entries.filter(isYoung));
        case 'once then':
            return entries
                .filter(isYoung)
                .map((entry) => and(entry.truth, someOf(marks.filter(({ place }) => place < entry.place))))
                .reduce<Truth>(or, FALSE);
        case 'no since': {
            const begun = state.recorder.from ? marks : [startOf(state)];
            return begun
                .filter(isYoung)
                .map((mark) => and(mark.truth, not(someOf(entries.filter(({ place }) => place > mark.place)))))
                .reduce<Truth>(or, FALSE);
        }
        default: {
            const begun = state.recorder.from ? marks : [startOf(state)];
            return entries
                .map((entry) => {
                    const before = begun.filter((mark) => mark.place < entry.place && isYoung(mark));
                    const after = begun.filter((mark) => mark.place >= entry.place);
                    return and(and(entry.truth, someOf(before)), not(someOf(after)));
                })
                .reduce<Truth>(or, FALSE);
        }
    }
}

/** The place where a history begins: for a `since` without an F, `start` is the F. */
function startOf({ began }: RecordState): Mark {
    return { place: -1, time: began, truth: TRUE };
}
