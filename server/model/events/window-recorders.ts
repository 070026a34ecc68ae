/** Updates the history that recorders keep, one event at a time. */
import { amountOf, compareAmounts } from '../values/amounts.js';
import { evaluate, readTerm } from '../conditions/evaluate.js';
import { type Situation, situationAt } from '../conditions/inputs.js';
import { isItself, matchesEvent, mayHaveDone } from './matching.js';
import { type Keys, eventKeys, fromKeys, keyOf } from '../memory/history-keys.js';
import type { Condition, Policy, Recorder } from '../policy/policy.js';
import { concerns } from '../memory/affected-parts.js';
import { EMPTY_LOG, onlyEntry, withEntry, withoutBefore } from '../memory/window-records.js';
import type { ByKey, Entry, Log, Mark, Part, RecordState, HistoryEvent, Memory } from '../memory/memory.js';
import { type Sequence, append, EMPTY_SEQUENCE, itemAt, itemsFrom, sequenceOf } from '../collections/sequence.js';
import { valueAt, withValue } from '../collections/text-map.js';
import { type Truth, and, FALSE, mayBe, TRUE, UNKNOWN } from '../policy/truth.js';
import { canonicalText } from '../values/canonical-text.js';
import type { VersionedMap } from '../collections/versioned-map.js';

/** @param began the second at which the history begins */
export function initialRecord(policy: Policy, recorder: Recorder, began: number): RecordState {
    return {
        recorder,
        began,
        principals: policy.agents.map(({ principal }, agent) => principal ?? agent),
        places: 0,
        events: { known: undefined, anyones: EMPTY_LOG },
        from: { known: undefined, anyones: EMPTY_SEQUENCE }
    };
}

/**
 * The part that is kept after an event whose end is known.
 * @param memory the history before the event
 */
export function record(policy: Policy, state: RecordState, event: HistoryEvent, memory: Memory): RecordState {
    const { recorder } = state;
    if (!concerns(policy, recorder, event)) {
        return state;
    }
    const asked = fromKeys(recorder);
    const es = occurrencesOf(policy, state, eventKeys(recorder), event, memory);
    const fs = asked ? occurrencesOf(policy, state, asked, event, memory) : [];
    if (es.length === 0 && fs.length === 0) {
        return state;
    }
    // An event that is both counts first as an E for the previous F, and then as the new F.
    const place = { place: state.places, time: event.time };
    const events = es.reduce(
        (kept, e) => withEvent(policy, state, kept, { ...place, truth: e.truth }, e, event),
        state.events
    );
    const from = fs.reduce((kept, f) => withFrom(recorder, kept, { ...place, truth: f.truth }, f.key), state.from);
    const { principals, began, places } = state;
    return { recorder, principals, began, places: places + 1, events, from };
}

interface Occurrence {
    readonly truth: Truth;
    /** The key; undefined if it cannot be read. */
    readonly key?: string | undefined;
    readonly situation: Situation;
    /** True if the tool is unknown, because another tool may have performed the event (M20). */
    readonly isOther: boolean;
}

/**
 * The events of the pattern that this event is or may include, with the keys of their histories: the event itself and
 * its inner calls (M20).
 */
function occurrencesOf(
    policy: Policy,
    state: RecordState,
    keys: Keys,
    event: HistoryEvent,
    memory: Memory
): Occurrence[] {
    const { pattern } = keys;
    const situation = situationAt(event, memory);
    const caller = situation.call.agent;
    const isCall = event.outside === undefined;
    const itself = isCall
        ? isItself(policy, pattern, event, caller, memory)
        : matchesEvent(policy, pattern, event, caller, memory);
    const done = isCall ? mayHaveDone(policy, pattern, event, caller, memory) : FALSE;
    const terms = (keys.keys ?? []).map((key) => key.event);
    const occurrence = (truth: Truth, isOther: boolean): Occurrence[] => {
        const values = terms.map((term) => (isOther ? undefined : readTerm(term, situation)));
        const key = keys.sameCall && isOther ? undefined : keyOf(state, keys, situation.call, values);
        return mayBe(truth)
            ? [{ truth: key === undefined ? and(truth, UNKNOWN) : truth, key, situation, isOther }]
            : [];
    };
    return [...occurrence(itself, false), ...occurrence(done, true)];
}

/** The condition for a value that cannot be read. */
const ANYTHING: Condition = { op: 'constant', value: UNKNOWN };

function withEvent(
    policy: Policy,
    state: RecordState,
    events: RecordState['events'],
    place: Mark,
    { key, situation, isOther }: Occurrence,
    event: HistoryEvent
): ByKey<Log> {
    const { recorder } = state;
    const value = recorder.value && !isOther ? readTerm(recorder.value, situation) : undefined;
    const asked = recorder.asked && (isOther ? ANYTHING : residual(policy, recorder.asked, situation));
    const isSummed = recorder.kind === 'count' || recorder.kind === 'total';
    const isOfValues = recorder.kind === 'distinct' || recorder.kind === 'total distinct';
    const amount = typeof value === 'number' ? value : undefined;
    const entry: Omit<Entry, 'sums'> = {
        place: place.place,
        time: place.time,
        truth: place.truth,
        asked,
        event: asked || recorder.kind === 'latest' ? event : undefined,
        part: isSummed
            ? partOf(recorder, place.truth, amount)
            : recorder.kind === 'total distinct'
              ? partOf(recorder, TRUE, amount)
              : undefined,
        value: isOfValues && value !== undefined ? canonicalText(value) : undefined
    };
    if (key === undefined) {
        return { known: events.known, anyones: addedTo(recorder, events.anyones, entry, -1) };
    }
    const floor = floorOf(state, key);
    const log = addedTo(recorder, valueAt(events.known, key) ?? EMPTY_LOG, entry, floor);
    const known = withoutSpent(recorder, withValue(events.known, key, log), entry.time);
    return { known, anyones: events.anyones };
}

/** Drops keys whose entries are all too old, a few at each event; the key that was set last is examined last. */
function withoutSpent(recorder: Recorder, known: VersionedMap<Log>, time: number): VersionedMap<Log> {
    if (!isBounded(recorder)) {
        return known;
    }
    let next = known;
    for (let looked = 0; looked < 2; looked++) {
        const [key, log] = next.oldest() ?? [];
        const { length } = log?.entries ?? EMPTY_SEQUENCE;
        if (key === undefined || (length > 0 && itemAt(log!.entries, length - 1).time >= time - recorder.window!)) {
            break;
        }
        next = next.without(key);
    }
    return next;
}

/** True if an event older than the window can never matter again. */
function isBounded({ kind, window }: Recorder): boolean {
    return window !== undefined && kind !== 'latest' && kind !== 'since' && kind !== 'no since';
}

/** The amount that the event adds: one, or its value; possibly zero if it may not match (M3). */
function partOf(recorder: Recorder, truth: Truth, value: number | undefined): Part {
    const whole: Part =
        recorder.kind === 'count'
            ? { least: 1, most: 1 }
            : value === undefined
              ? boundsOf(recorder)
              : { least: amountOf(value), most: amountOf(value) };
    return truth === TRUE
        ? whole
        : {
              least: whole.least !== null && compareAmounts(whole.least, 0) > 0 ? 0 : whole.least,
              most: whole.most !== null && compareAmounts(whole.most, 0) < 0 ? 0 : whole.most
          };
}

/** The range of a value that cannot be read. */
function boundsOf({ bounds }: Recorder): Part {
    return {
        least: bounds?.min === undefined ? null : amountOf(bounds.min),
        most: bounds?.max === undefined ? null : amountOf(bounds.max)
    };
}

/** @param floor the place up to which entries no longer matter */
function addedTo(recorder: Recorder, log: Log, entry: Omit<Entry, 'sums'>, floor: number): Log {
    const { kind, window, from, asked } = recorder;
    if (kind === 'latest') {
        return onlyEntry(entry);
    }
    const isOfTruth = isTruthKind(kind);
    if (isOfTruth && !asked && entry.truth === TRUE) {
        // A later certain entry matters wherever an earlier one does, so the earlier ones are dropped.
        return onlyEntry(entry);
    }
    const oldest = isBounded(recorder) ? entry.time - window! : -Infinity;
    const pruned = withoutBefore(log, ({ place, time }) => place > floor && time >= oldest);
    const isAsked = isOfTruth || asked !== undefined || window !== undefined || from !== undefined;
    const isNew = isNewIn(pruned, entry) || (kind === 'total distinct' && entry.truth === TRUE);
    return withEntry(pruned, entry, isAsked || ((kind === 'distinct' || kind === 'total distinct') && isNew));
}

/**
 * Values of one key and values that may belong to any key are separate entries, so one entry of each value must be
 * kept.
 */
function isNewIn(log: Log, { value }: Omit<Entry, 'sums'>): boolean {
    return value === undefined || valueAt(log.values, value) === undefined;
}

export function isTruthKind(kind: Recorder['kind']): boolean {
    return kind === 'once' || kind === 'since' || kind === 'no since' || kind === 'once then';
}

/** The place of the latest certain F that applies to every call with this key; -1 if there is none. */
function floorOf({ recorder, from }: RecordState, key: string): number {
    if (!recorder.from || recorder.kind === 'once then') {
        return -1;
    }
    const own = JSON.stringify((recorder.keys ?? []).map(({ call }) => call));
    const others = JSON.stringify((recorder.fromKeys ?? []).map(({ call }) => call));
    const isOfAll = !recorder.fromKeys && typeof recorder.from.agents !== 'string';
    const isOfKey = own === others && !recorder.sameCall && recorder.from.agents === recorder.event.agents;
    const marks = isOfAll ? valueAt(from.known, '') : isOfKey ? valueAt(from.known, key) : undefined;
    const certain = marks && itemsFrom(marks, 0).filter(({ truth }) => truth === TRUE);
    return certain?.at(-1)?.place ?? -1;
}

function withFrom(
    recorder: Recorder,
    from: RecordState['from'],
    mark: Mark,
    key: string | undefined
): ByKey<Sequence<Mark>> {
    if (key === undefined) {
        return { known: from.known, anyones: append(from.anyones, mark) };
    }
    const marks = valueAt(from.known, key) ?? EMPTY_SEQUENCE;
    return { known: withValue(from.known, key, withMark(recorder, marks, mark)), anyones: from.anyones };
}

/**
 * The list of marks with another F. For `once A then B`, the first certain A suffices; for the others, the latest
 * certain F.
 */
function withMark(recorder: Recorder, marks: Sequence<Mark>, mark: Mark): Sequence<Mark> {
    if (recorder.kind === 'once then') {
        return itemsFrom(marks, 0).some(({ truth }) => truth === TRUE) ? marks : append(marks, mark);
    }
    return mark.truth === TRUE ? sequenceOf([mark]) : append(marks, mark);
}

/** The condition that remains once everything that does not concern the decided call has been evaluated. */
function residual(policy: Policy, condition: Condition, situation: Situation): Condition {
    if (!speaksOfCall(condition)) {
        return { op: 'constant', value: evaluate(policy, condition, situation) };
    }
    switch (condition.op) {
        case 'not':
            return { op: 'not', arg: residual(policy, condition.arg, situation) };
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => residual(policy, arg, situation)) };
        default:
            return condition;
    }
}

const speaking = new WeakMap<object, boolean>();

function speaksOfCall(part: object): boolean {
    let speaks = speaking.get(part);
    if (speaks === undefined) {
        speaks =
            ('term' in part && part.term === 'call') ||
            Object.values(part)
                .flat()
                .some((inner: unknown) => typeof inner === 'object' && inner !== null && speaksOfCall(inner));
        speaking.set(part, speaks);
    }
    return speaks;
}
