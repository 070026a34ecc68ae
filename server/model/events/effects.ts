/**
 * Computes the effects of events on the memory of a session: once for each event, so that they can be applied to any
 * memory.
 */
import { isSuccess, labelsRead } from './call-answers.js';
import { type Mutable, copyOfMemory } from '../memory/copies.js';
import { handoverOf, initialDelegations } from './delegation.js';
import { isReleased, matchesEvent } from './matching.js';
import { initialMachines } from '../memory/modes.js';
import { initialRecord, record } from './window-recorders.js';
import { type EventValue, eventValues } from './event-matches.js';
import type { Policy } from '../policy/policy.js';
import { type ValueSource, give, NOTHING_GIVEN } from '../memory/provenance.js';
import { hasWithholding } from '../memory/affected-parts.js';
import { always, replaced } from '../collections/immutable-lists.js';
import { givingsOf, isWithheld } from './withheld-results.js';
import { NO_KEYS, stepKeys, valuesFor } from './keyed-monitors.js';
import type { CallEvent, HistoryEvent, Memory, MonitorState } from '../memory/memory.js';
import { type ModeEntry, type Move, lapse, move, movesOf } from './mode-transitions.js';
import { initialCells, stepMonitor } from './once-and-since.js';
import { resumed } from '../memory/across-sessions.js';
import { type LabelEffect, bitsOf, labelsAfter, storedAfter, storesOf, storeUseOf, withStored } from './labels.js';
import { mustBe, UNKNOWN } from '../policy/truth.js';

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
export interface Effect extends LabelEffect {
    /** For each monitor and caller, the truth values of the event being an E and an F; undefined if it is neither. */
    readonly values: readonly (readonly EventValue[] | undefined)[];
    readonly released: boolean;
    /** The moves of machines; undefined if the event moves none. */
    readonly moves?: readonly Move[];
    /** The values that the event gives to provenance sources; undefined if there are none. */
    readonly gives?: readonly ValueSource[];
}

/**
 * The effect of an event.
 * @param memory the earlier history, which may decide what kind of event it is and whether its result is withheld;
 * undefined if it does not matter
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

/**
 * The memory after an event with this effect at this time.
 * @param event the event itself, if recorders keep it
 */
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
function enter(policy: Policy, memory: Memory, entered: readonly ModeEntry[]): Memory {
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

/** True if some condition could see the attempt of a held call, so that the call's own attempt is left out (M4). */
export function readsAttempts(policy: Policy): boolean {
    const patterns = [
        ...[...policy.monitors, ...(policy.recorders ?? [])].flatMap(({ event, from }) => [event, from]),
        ...(policy.machines ?? []).flatMap((machine) => machine.transitions.map(({ event }) => event))
    ];
    return patterns.some(
        (pattern) => pattern && ['attempted', 'held', 'denied', 'approved', 'refused'].includes(pattern.status)
    );
}

/** The caller of patterns when there is no decided call. */
const NOBODY = -1;
