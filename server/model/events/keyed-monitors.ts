/**
 * Updates monitors with a key (`per`, `same`): the cells of each key that has been seen, and those of any other key.
 */
import { isSpent } from '../conditions/within.js';
import { VersionedMap } from '../collections/versioned-map.js';
import type { KeyedState, MonitorState } from '../memory/memory.js';
import type { Monitor } from '../policy/policy.js';
import { FALSE, mayBe } from '../policy/truth.js';
import type { EventValue } from './event-matches.js';

export const NO_KEYS: KeyedState = VersionedMap.empty();

/**
 * The keys of the event continue from their own cells, or from those of an unseen key. All other keys change only if
 * the event may belong to any key. A key whose cells equal those of an unseen key is dropped.
 */
export function stepKeys(
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

/** The event as seen by the history of one key; `undefined` is any unseen key. */
export function valuesFor(values: readonly EventValue[], key: string | undefined): EventValue[] {
    return values.map(({ e, f, eKey, fKey, eElse = FALSE, fElse = FALSE }) => ({
        e: eKey === undefined || eKey === key ? e : eElse,
        f: fKey === undefined || fKey === key ? f : fElse
    }));
}

/** True if an event that applies to all keys changes none of them, because it does not change an unseen one. */
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
