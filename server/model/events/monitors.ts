/**
 * The history that conditions read, updated by one event at a time. Each form of M8 and M9 is a formula over all
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
import { isSuccess, labelsRead } from './call-answers.js';
import { cellKinds, cellsOf, countedCells, isSpent, NONE } from '../conditions/window-cells.js';
import { type Mutable, copyOfMemory } from '../memory/copies.js';
import { type Handover, handoverOf, initialDelegations } from './delegation.js';
import { isReleased, matchesEvent } from './matching.js';
import { initialMachines } from '../memory/modes.js';
import { initialRecord, record } from './window-recorders.js';
import { type EventValue, eventValues } from './event-matches.js';
import type { Monitor, Policy } from '../policy/policy.js';
import { type Giving, give, NOTHING_GIVEN } from '../memory/provenance.js';
import { hasWithholding } from '../memory/affected-parts.js';
import { always, replaced } from '../collections/immutable-lists.js';
import { givingsOf, isWithheld } from './results.js';
import type { CallEvent, HistoryEvent, KeyedState, Memory, MonitorState } from '../memory/memory.js';
import { type Entering, type Move, lapse, move, movesOf } from './mode-transitions.js';
import { resumed } from '../memory/across-sessions.js';
import { type StoreUse, storesOf, storeUseOf } from './stored-labels.js';
import { type Truth, and, FALSE, mayBe, mustBe, not, or, TRUE, UNKNOWN } from '../policy/truth.js';
import { VersionedMap } from '../collections/versioned-map.js';

/** @param began the second at which the history begins */
export function initialMemory(policy: Policy, began = 0): Memory {
    return {
        monitors: policy.monitors.map((monitor) => {
            const cells = initialCells(monitor, began);
            return monitor.perAgent ? policy.agents.flatMap(() => cells) : cells;
        }),
        keyed: policy.monitors.map(() => NO_KEYS),
        labels: policy.agents.map(() => 0),
        received: policy.agents.map(() => 0),
        ...initialMachines(policy, began),
        ...initialDelegations(policy),
        ...(policy.sources && { given: policy.sources.map(() => NOTHING_GIVEN) }),
        ...(storesOf(policy).length > 0 && {
            stored: storesOf(policy).map(() => 0),
            storedReceived: storesOf(policy).map(() => 0)
        }),
        ...(policy.recorders && { records: policy.recorders.map((recorder) => initialRecord(policy, recorder, began)) })
    };
}

const NO_KEYS: KeyedState = VersionedMap.empty();

/** `start` is the F of a `since` that has none; it happened at the beginning. */
function initialCells(monitor: Monitor, began: number): number[] {
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

/** The memory after an event whose end is known. */
export function remember(policy: Policy, memory: Memory, event: HistoryEvent): Memory {
    if (event.outside !== undefined && event.resumes) {
        return resumed(policy, memoryAt(policy, memory, event.time), event.resumes);
    }
    return apply(policy, memory, effectOf(policy, event, memory), event.time, event);
}

const beginnings = new WeakMap<Policy, Memory>();

function nothingYet(policy: Policy): Memory {
    const known = beginnings.get(policy) ?? initialMemory(policy);
    beginnings.set(policy, known);
    return known;
}

/** The effect of an event on any memory: the same event always has the same effect, so it can be computed once. */
export interface Effect {
    /** For each monitor and caller, the truth values of the event being an E and an F; absent where it is neither. */
    readonly values: readonly (readonly EventValue[] | undefined)[];
    /** Absent for an outside event. */
    readonly agent?: number;
    readonly released: boolean;
    /** The bits of the labels that the agent carries from now on, and of those that it loses first. */
    readonly adds: number;
    readonly clears: number;
    /** Absent: the event moves no machine. */
    readonly moves?: readonly Move[];
    readonly handover?: Handover;
    /** The values that the event gives to provenance sources; absent: none. */
    readonly gives?: readonly Giving[];
    /** Absent: its server does not store, or the event is not a release. */
    readonly store?: StoreUse;
}

/**
 * `memory`: the earlier history, which may decide what kind of event it is and whether its result is withheld; absent:
 * irrelevant.
 */
export function effectOf(policy: Policy, event: HistoryEvent, memory: Memory = nothingYet(policy)): Effect {
    const withheld = event.outside === undefined && hasWithholding(policy) && isWithheld(policy, event, memory);
    const gives = withheld ? [] : givingsOf(policy, event);
    const moves = movesOf(policy, event, (pattern) => matchesEvent(policy, pattern, event, NOBODY, memory));
    const handover = handoverOf(policy, event);
    const store = isReleased(event) ? storeUseOf(policy, policy.tools[event.call.tool]!) : undefined;
    const released = isReleased(event);
    const clears = released && event.outcome === 'success' ? policy.tools[event.call.tool]!.clears : [];
    const effect: Mutable<Effect> = {
        values: eventValues(policy, event, memory),
        released,
        adds: released && !withheld ? labelsRead(policy, event) : 0,
        clears: clears.length > 0 && mustBe(isSuccess(policy, event as CallEvent)) ? bitsOf(clears) : 0
    };
    if (event.outside === undefined) {
        effect.agent = event.call.agent;
    }
    if (moves.length > 0) {
        effect.moves = moves;
    }
    if (handover) {
        effect.handover = handover;
    }
    if (gives.length > 0) {
        effect.gives = gives;
    }
    if (store) {
        effect.store = withheld ? { ...store, withheld } : store;
    }
    return effect;
}

/** The memory after an event with this effect at this time. `event`: the event itself, if recorders keep it. */
export function apply(policy: Policy, memory: Memory, effect: Effect, time: number, event?: HistoryEvent): Memory {
    const now = memoryAt(policy, memory, time);
    const after = applyAlone(policy, now, effect, time, event);
    if (!effect.moves) {
        return after;
    }
    const { machines, entered } = move(policy, now, effect.moves, time);
    return enter(policy, { ...after, machines }, entered);
}

/** The memory at a time without another event: modes whose time is over have been left. */
export function memoryAt(policy: Policy, memory: Memory, time: number): Memory {
    const lapsed = lapse(policy, memory, time);
    return lapsed ? enter(policy, { ...memory, machines: lapsed.machines }, lapsed.entered) : memory;
}

/** Records that modes were entered, if some pattern refers to that. */
function enter(policy: Policy, memory: Memory, entered: readonly Entering[]): Memory {
    return entered.reduce((current, { machine, mode, agent, value, time }) => {
        const outside = policy.outsideEvents.findIndex(
            ({ mode: of }) => of && of.machine === machine && of.mode === mode
        );
        const event: HistoryEvent = {
            id: -1,
            outside,
            time,
            ...(agent !== undefined && { agent }),
            ...(value === UNKNOWN && { perhaps: true })
        };
        return outside < 0 ? current : applyAlone(policy, current, effectOf(policy, event, current), time, event);
    }, memory);
}

/**
 * The label bits of each agent after an event: first the labels that a delegation passes on, then those that the caller
 * loses and gets.
 */
function labelsAfter(labels: readonly number[], { agent, adds, clears, handover }: Effect): readonly number[] {
    return adds === 0 && clears === 0 && !handover
        ? labels
        : labels.map(
              (bits, of) =>
                  (of === agent ? (bits & ~clears) | adds : bits) | (of === handover?.to ? labels[handover.from]! : 0)
          );
}

function applyAlone(policy: Policy, memory: Memory, effect: Effect, time: number, event?: HistoryEvent): Memory {
    const got = withStored(effect, memory.stored);
    const had = withStored(effect, memory.storedReceived);
    const step = (index: number, state: MonitorState, key: string | undefined): MonitorState => {
        const values = effect.values[index];
        const monitor = policy.monitors[index]!;
        return values
            ? stepMonitor(monitor, state, monitor.keys ? valuesFor(values, key) : values, effect, time)
            : state;
    };
    const isTouched = (index: number): boolean => effect.values[index] !== undefined;
    const next = copyOfMemory(memory);
    next.monitors = replaced(memory.monitors, isTouched, (state, index) => step(index, state, undefined));
    next.keyed = replaced(
        memory.keyed,
        (index) => policy.monitors[index]!.keys !== undefined && isTouched(index),
        (states, index) =>
            stepKeys(
                policy.monitors[index]!,
                states,
                { before: memory.monitors[index]!, after: next.monitors[index]! },
                effect.values[index]!,
                (state, key) => step(index, state, key),
                time
            )
    );
    next.labels = labelsAfter(memory.labels, got);
    if (memory.received) {
        next.received = labelsAfter(memory.received, had.clears === 0 ? had : { ...had, clears: 0 });
    }
    if (memory.given && effect.gives) {
        next.given = give(policy, memory.given, effect.gives);
    }
    if (memory.stored) {
        next.stored = storedAfter(memory.stored, effect, memory.labels);
    }
    if (memory.storedReceived) {
        next.storedReceived = storedAfter(memory.storedReceived, effect, memory.received ?? []);
    }
    if (memory.records && event) {
        next.records = replaced(memory.records, always, (state) => record(policy, state, event, memory));
    }
    if (memory.delegated) {
        next.delegated = delegatedAfter(memory.delegated, effect);
    }
    return next;
}

function delegatedAfter(delegated: readonly boolean[], { handover }: Effect): readonly boolean[] {
    return !handover || delegated[handover.delegation] === handover.opens
        ? delegated
        : delegated.map((open, index) => (index === handover.delegation ? handover.opens : open));
}

/** The effect, including the labels that a server returns. */
function withStored(effect: Effect, stored: readonly number[] | undefined): Effect {
    const back = effect.store && !effect.store.withheld ? (stored?.[effect.store.store] ?? 0) : 0;
    return back === 0 ? effect : { ...effect, adds: effect.adds | back };
}

function storedAfter(
    stored: readonly number[],
    { store: use, agent }: Effect,
    labels: readonly number[]
): readonly number[] {
    const carried = agent === undefined ? 0 : (labels[agent] ?? 0);
    return !use?.writes || (stored[use.store]! | carried) === stored[use.store]
        ? stored
        : stored.map((bits, store) => (store === use.store ? bits | carried : bits));
}

/** The event as seen by the history of one key; `undefined` is any unseen key. */
function valuesFor(values: readonly EventValue[], key: string | undefined): EventValue[] {
    return values.map(({ e, f, eKey, fKey, eElse = FALSE, fElse = FALSE }) => ({
        e: eKey === undefined || eKey === key ? e : eElse,
        f: fKey === undefined || fKey === key ? f : fElse
    }));
}

/**
 * The keys of the event continue from their own cells, or from those of an unseen key; all others change only if the
 * event may belong to any key. A key whose cells equal those of an unseen key is dropped.
 */
function stepKeys(
    monitor: Monitor,
    states: KeyedState,
    unseen: { readonly before: MonitorState; readonly after: MonitorState },
    values: readonly EventValue[],
    step: (state: MonitorState, key: string) => MonitorState,
    time: number
): KeyedState {
    const own = new Set(values.flatMap(({ eKey, fKey }) => [eKey, fKey]).filter((key) => key !== undefined));
    const isOfAll = (monitor.kind === 'last is' || values.some(isAnyones)) && !isOldNews(monitor, unseen, values);
    const keys = isOfAll && states.size > 0 ? new Set([...states.keys(), ...own]) : own;
    let next = states;
    for (const key of keys) {
        const before = states.get(key) ?? unseen.before;
        const after = step(before, key);
        if (sameCells(after, unseen.after)) {
            next = next.without(key);
        } else if (!sameCells(after, before) || !states.has(key)) {
            next = next.with(key, after);
        }
    }
    return withoutSpent(monitor, next, unseen.after, time);
}

/** An event that applies to all keys: it changes none of them if it does not change an unseen one. */
function isOldNews(
    { kind }: Monitor,
    unseen: { readonly before: MonitorState; readonly after: MonitorState },
    values: readonly EventValue[]
): boolean {
    const onlyAdds = kind === 'once' || (kind === 'once then' && values.every(({ e }) => e === FALSE));
    return onlyAdds && sameCells(unseen.before, unseen.after);
}

function isAnyones({ e, f, eKey, fKey, eElse = FALSE, fElse = FALSE }: EventValue): boolean {
    return (mayBe(e) && eKey === undefined) || (mayBe(f) && fKey === undefined) || mayBe(eElse) || mayBe(fElse);
}

function sameCells(a: MonitorState, b: MonitorState): boolean {
    return a === b || (a.length === b.length && a.every((cell, index) => cell === b[index]));
}

/** Drops keys whose times have all expired, a few at each event; the key that was set last is examined last. */
function withoutSpent(monitor: Monitor, states: KeyedState, unseen: MonitorState, time: number): KeyedState {
    if (monitor.window === undefined || !isSpent(monitor, unseen, unseen, time)) {
        return states;
    }
    let next = states;
    for (let looked = 0; looked < 2; looked++) {
        const oldest = next.oldest();
        if (!oldest || !isSpent(monitor, oldest[1], unseen, time)) {
            break;
        }
        next = next.without(oldest[0]);
    }
    return next;
}

/** True if some condition could see the attempt of a held call: then its own attempt is left out (M4). */
export function readsAttempts(policy: Policy): boolean {
    const patterns = [
        ...[...policy.monitors, ...(policy.recorders ?? [])].flatMap(({ event, from }) => [event, from]),
        ...(policy.machines ?? []).flatMap((machine) => machine.transitions.map(({ event }) => event))
    ];
    return patterns.some(
        (pattern) => pattern && ['attempted', 'held', 'denied', 'approved', 'refused'].includes(pattern.status)
    );
}

/** Without a decided call there is no caller for a pattern. */
const NOBODY = -1;

function bitsOf(labels: readonly number[]): number {
    return labels.reduce((bits, label) => bits | (1 << label), 0);
}

function stepMonitor(
    monitor: Monitor,
    state: MonitorState,
    values: readonly EventValue[],
    effect: Effect,
    time: number
): MonitorState {
    const width = cellsOf(monitor);
    if (monitor.kind === 'last is') {
        const from = monitor.perAgent ? effect.agent! * width : 0;
        const latest = monitor.window === undefined ? [values[0]!.e] : marked([NONE, NONE], values[0]!.e, time);
        return effect.released ? [...state.slice(0, from), ...latest, ...state.slice(from + width)] : state;
    }
    const stepped = (cells: readonly number[], value: EventValue): readonly number[] =>
        monitor.window === undefined ? stepUntimed(monitor, cells, value) : stepTimed(monitor.kind, cells, value, time);
    return values.length === 1
        ? stepped(state, values[0]!)
        : values.flatMap((value, caller) => stepped(state.slice(caller * width, caller * width + width), value));
}

/** The recurrences in the header of this file. */
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

/** The same with times: an event can set a time to now, remove it, or copy it, but never compare two times. */
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

/** A certain event became a possible one. */
function doubted([certain, possible]: readonly number[]): number[] {
    return [NONE, possible === NONE ? certain! : possible!];
}

/** `E since F` after an E that may have happened: the latest F may now have an E after it, if it certainly had none. */
function possibly([certain, possible]: readonly number[], [begun, perhaps]: readonly number[]): number[] {
    const latest = perhaps === NONE ? begun! : perhaps!;
    return certain === NONE ? [NONE, latest] : [certain!, perhaps === NONE ? possible! : perhaps!];
}

/** The least and the greatest number since the latest F: an unknown F may or may not have reset it. */
function countOn([least, most]: readonly number[], e: Truth, f: Truth, cap: number): number[] {
    if (f === TRUE) {
        return [0, 0];
    }
    const counted = Math.min(cap, least! + (e === TRUE ? 1 : 0));
    return [f === UNKNOWN ? 0 : counted, Math.min(cap, most! + (e === FALSE ? 0 : 1))];
}
