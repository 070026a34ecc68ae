/** Evaluates conditions over the whole list: matching events, counts, sums, and the latest event (M3, M8, M11). */
import type {
    Comparator,
    EventPattern,
    Monitor,
    Recorder,
    RecorderKey,
    Value
} from '../../server/model/policy/policy.js';
import { every, known, opposite, some, type Answer } from './answer.js';
import { canonical, compare, exact, Range, sameCall } from './compare.js';
import { answer } from './conditions.js';
import { blankView, happened, isBy, isOutside, itself, onItsWay, place } from './events.js';
import { entered } from './modes.js';
import { read, readValue } from './terms.js';
import { beginning, viewOfEvent, visible, type Entry, type View } from './view.js';

export interface Occurrence {
    readonly at: number;
    readonly time: number;
    readonly is: Answer;
    readonly entry?: Entry;
    /** True if it may have been an inner call, about which nothing else is known (M20). */
    readonly blank?: boolean;
}

/** The truth value of a monitor. */
export function remembered(monitor: Monitor, view: View): Answer {
    const keys = keysOf(monitor, view);
    if (keys === undefined) {
        return 'unknown';
    }
    if (monitor.kind === 'last is') {
        return lastIs(monitor, view);
    }
    const across = monitor.across === true;
    const es = occurrences(monitor.event, across, view, (entry, blank) => hasKeys(monitor.event, entry, blank, keys));
    const { from } = monitor;
    const fs = from && occurrences(from, across, view, (entry, blank) => hasKeys(from, entry, blank, keys));
    return holds(monitor, es, fs, view);
}

/** The truth value of a recorder; for `latest`, the value of its condition. */
export function recorded(recorder: Recorder, view: View): Answer {
    if (recorder.kind === 'latest') {
        const latest = latestOf(recorder, view);
        return latest === undefined || recorder.asked === undefined
            ? 'unknown'
            : answer(recorder.asked, viewOfEvent(latest, view));
    }
    return isReadable(recorder, view)
        ? holds(recorder, matchesOf(recorder, view), fromOf(recorder, view), view)
        : 'unknown';
}

/** The latest match; undefined if there is none, or if a later one is unknown (M11). */
export function latestOf(recorder: Recorder, view: View): Entry | undefined {
    if (!isReadable(recorder, view)) {
        return undefined;
    }
    const found = young(matchesOf(recorder, view), recorder.window, view).filter((match) => match.is !== 'no');
    const last = found[found.length - 1];
    return last?.is === 'yes' ? last.entry : undefined;
}

/** The count or sum as an interval: an unknown event contributes zero or its value (M3). */
export function amountOf(recorder: Recorder, view: View): Range | undefined {
    if (!isReadable(recorder, view)) {
        return undefined;
    }
    const fs = fromOf(recorder, view) ?? [];
    const counted = young(matchesOf(recorder, view), recorder.window, view)
        .map((e) => ({ ...e, is: every([e.is, noneSince(fs, e)]) }))
        .filter((e) => e.is !== 'no');
    const values = counted.map(({ is, entry, blank = false }) => ({
        is,
        value: recorder.value && entry && readValue(recorder.value, eventView(entry, blank, view))
    }));
    switch (recorder.kind) {
        case 'count':
            return new Range(counted.filter(({ is }) => is === 'yes').length, counted.length);
        case 'distinct': {
            const told = (some: typeof values): number =>
                new Set(some.flatMap(({ value }) => (value === undefined ? [] : [canonical(value)]))).size;
            const sure = values.filter(({ is }) => is === 'yes');
            const unread = values.filter(({ value }) => value === undefined).length;
            return new Range(Math.max(told(sure), sure.length > 0 ? 1 : 0), told(values) + unread);
        }
        case 'total': {
            const ranges = values.map(({ is, value }): Range => {
                const { min = -Infinity, max = Infinity } = recorder.bounds ?? {};
                const read = typeof value === 'number' ? new Range(value, value) : new Range(min, max);
                return is === 'yes' ? read : new Range(Math.min(0, read.least), Math.max(0, read.most));
            });
            return ranges.reduce(
                (sum, range) => new Range(exact(sum.least + range.least), exact(sum.most + range.most)),
                new Range(0, 0)
            );
        }
        case 'total distinct': {
            const { min = -Infinity, max = Infinity } = recorder.bounds ?? {};
            const sure = values.filter(({ is }) => is === 'yes').map(({ value }) => value);
            // A value that is told by a sure event counts once; any other may be one that counts already, or none.
            const told = new Set(values.flatMap(({ value }) => (typeof value === 'number' ? [value] : [])));
            const ranges = [...told].map((value) =>
                sure.includes(value) ? new Range(value, value) : new Range(Math.min(0, value), Math.max(0, value))
            );
            const unread = values.filter(({ value }) => typeof value !== 'number');
            return [...ranges, ...unread.map(() => new Range(Math.min(0, min), Math.max(0, max)))].reduce(
                (sum, range) => new Range(exact(sum.least + range.least), exact(sum.most + range.most)),
                new Range(0, 0)
            );
        }
        default:
            throw new Error(`a recorder of ${recorder.kind} has no amount`);
    }
}

/** The count of a monitor, compared with a number. */
export function compareCount(cmp: Comparator, monitor: Monitor, bound: number, view: View): Answer {
    const keys = keysOf(monitor, view);
    if (keys === undefined) {
        return 'unknown';
    }
    const across = monitor.across === true;
    const es = occurrences(monitor.event, across, view, (entry, blank) => hasKeys(monitor.event, entry, blank, keys));
    const { from } = monitor;
    const fs = from ? occurrences(from, across, view, (entry, blank) => hasKeys(from, entry, blank, keys)) : [];
    const counts = young(es, monitor.window, view).map((e) => every([e.is, noneSince(fs, e)]));
    const range = new Range(counts.filter((is) => is === 'yes').length, counts.filter((is) => is !== 'no').length);
    return compare(cmp, range, bound);
}

/** True if the key of the history can be read; otherwise the value is unknown. */
function isReadable(recorder: Recorder, view: View): boolean {
    return [...(recorder.keys ?? []), ...(recorder.fromKeys ?? [])].every(({ call }) => read(call, view) !== undefined);
}

function matchesOf(recorder: Recorder, view: View): Occurrence[] {
    return ofWhom(recorder.event, recorder.keys ?? [], recorder, view, (entry, inner) => {
        const asked = recorder.kind === 'latest' ? undefined : recorder.asked;
        return every([
            recorder.sameCall === true ? isSame(entry, inner, view) : 'yes',
            asked === undefined ? 'yes' : inner.blank === true ? 'unknown' : answer(asked, inner)
        ]);
    });
}

function fromOf(recorder: Recorder, view: View): Occurrence[] | undefined {
    return recorder.from && ofWhom(recorder.from, recorder.fromKeys ?? [], recorder, view, () => 'yes');
}

/** The events of a pattern with the caller's keys; an event whose own key cannot be read may belong to any key. */
function ofWhom(
    pattern: EventPattern,
    keys: readonly RecorderKey[],
    recorder: Recorder,
    view: View,
    more: (entry: Entry, inner: View) => Answer
): Occurrence[] {
    const { agents, ...ofAnyone } = pattern;
    const isOfCaller = typeof agents === 'string';
    return occurrences(isOfCaller ? ofAnyone : pattern, recorder.across === true, view, (entry, blank) => {
        const inner = eventView(entry, blank, view);
        const isRead =
            !(blank && (keys.length > 0 || (recorder.sameCall === true && pattern === recorder.event))) &&
            keys.every((key) => read(key.event, inner) !== undefined);
        const isHis = !isOfCaller || isBy(view.policy, pattern, inner.call.agent, view.call.agent);
        return every([isRead ? every([known(isHis), keysAgree(keys, inner, view)]) : 'unknown', more(entry, inner)]);
    });
}

function eventView(entry: Entry, blank: boolean, view: View): View {
    return blank ? blankView(entry, view) : viewOfEvent(entry, view);
}

function isSame(entry: Entry, inner: View, view: View): Answer {
    if (isOutside(entry)) {
        return 'no';
    }
    return inner.blank === true ? 'unknown' : known(sameCall(entry.call, view.call));
}

function keysAgree(keys: readonly RecorderKey[], inner: View, view: View): Answer {
    return every(keys.map((key) => compare('==', read(key.event, inner), read(key.call, view))));
}

function occurrences(
    pattern: EventPattern,
    across: boolean,
    view: View,
    more: (entry: Entry, blank: boolean) => Answer
): Occurrence[] {
    const seen = [...visible(view, across), ...entered(pattern, across, view)].sort((a, b) => a.position - b.position);
    const { agent } = view.call;
    const found: Occurrence[] = [];
    for (const entry of seen) {
        if (!isOutside(entry) && entry.kind !== place(pattern.status) && entry.kind !== 'release') {
            continue;
        }
        const add = (is: Answer, blank: boolean): void => {
            if (is !== 'no') {
                found.push({
                    entry,
                    at: entry.position,
                    time: entry.time,
                    blank,
                    is: every([is, more(entry, blank)])
                });
            }
        };
        add(itself(pattern, entry, agent, view), false);
        add(onItsWay(pattern, entry, agent, view), true);
    }
    return found;
}

/** The truth value of no F being at or after an event's place. */
function noneSince(fs: readonly Occurrence[], e: Occurrence): Answer {
    return every(fs.filter((f) => f.at >= e.at).map((f) => opposite(f.is)));
}

function young<T extends Occurrence>(events: readonly T[], window: number | undefined, view: View): T[] {
    return events.filter(({ time }) => window === undefined || view.now - time <= window);
}

/** Evaluates the definitions of M8. */
function holds(
    { kind, window, across }: Monitor | Recorder,
    es: readonly Occurrence[],
    from: readonly Occurrence[] | undefined,
    view: View
): Answer {
    // The start of the session, or of everything if the condition covers all sessions.
    const begun = beginning(view.entries, across === true ? -1 : view.before);
    const fs = from ?? [{ at: begun.position, time: begun.time, is: 'yes' }];
    switch (kind) {
        case 'once':
            return some(young(es, window, view).map((e) => e.is));
        case 'once then':
            return some(
                young(es, window, view).map((e) => every([e.is, some(fs.filter((f) => f.at < e.at).map((f) => f.is))]))
            );
        case 'since':
            return some(
                es.map((e) =>
                    every([
                        e.is,
                        some(
                            young(fs, window, view)
                                .filter((f) => f.at < e.at)
                                .map((f) => f.is)
                        ),
                        noneSince(fs, e)
                    ])
                )
            );
        case 'no since':
            return some(
                young(fs, window, view).map((f) =>
                    every([f.is, every(es.filter((e) => e.at > f.at).map((e) => opposite(e.is)))])
                )
            );
        case 'since or start':
            return some(es.map((e) => every([e.is, noneSince(fs, e)])));
        default:
            throw new Error(`${kind} is not a condition`);
    }
}

/** The truth value of `last is` (M9). */
function lastIs(monitor: Monitor, view: View): Answer {
    const { agent } = view.call;
    const releases = visible(view).filter(
        (entry) => entry.kind === 'release' && (!monitor.perAgent || entry.call.agent === agent)
    );
    const latest = releases.slice(-1);
    return some(
        young(
            latest.map((entry) => ({ at: 0, time: entry.time, is: 'yes', entry })),
            monitor.window,
            view
        ).map(({ entry }) => happened(monitor.event, entry, agent, view))
    );
}

/**
 * The truth value of the event's arguments in `E(p)` being equal to the decided call's; unknown if the event lacks one
 * (M3).
 */
function hasKeys(pattern: EventPattern, entry: Entry, blank: boolean, keys: readonly Value[]): Answer {
    const names = pattern.keys ?? [];
    const args = isOutside(entry) ? (entry.args ?? {}) : entry.call.args;
    if (blank && names.length > 0) {
        return 'unknown';
    }
    return names.some((param) => args[param] === undefined)
        ? 'unknown'
        : every(names.map((param, i) => compare('==', args[param], keys[i])));
}

/** The decided call's values for the keys of a monitor; undefined if one cannot be read. */
function keysOf(monitor: Monitor, view: View): Value[] | undefined {
    const values = (monitor.keys ?? []).map((term) => readValue(term, view));
    return values.includes(undefined) ? undefined : (values as Value[]);
}
