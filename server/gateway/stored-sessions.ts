/**
 * The sessions of a gateway as plain data, and back, so that a process need not replay all of their events. The data is
 * for the same build only: it has the shape of the state of the model.
 */
import { CallList } from '../model/memory/call-list.js';
import { EventLog } from '../model/memory/event-log.js';
import { Unsettled } from '../model/events/unsettled.js';
import type { Policy } from '../model/policy/policy.js';
import type { HistoryEvent } from '../model/session/session.js';
import { VersionedMap } from '../model/collections/versioned-map.js';

interface Storable {
    /** The state without instances of classes. */
    store(): unknown;
    restore(stored: unknown): void;
}

const storable = new WeakMap<object, Storable>();

/** @param state the state of the sessions, with instances of the model's classes */
export function makeStorable<T extends object>(
    gateway: object,
    policy: Policy,
    state: { readonly get: () => T; readonly set: (state: T) => void }
): void {
    storable.set(gateway, {
        store: () => store(state.get()),
        restore: (stored) => state.set(restore(policy, stored) as T)
    });
}

/** Throws a `TypeError` if something in the state cannot be stored. */
export function storeSessions(gateway: object): unknown {
    return storable.get(gateway)!.store();
}

/** The gateway must not have sessions yet. */
export function restoreSessions(gateway: object, stored: unknown): void {
    storable.get(gateway)!.restore(stored);
}

interface Stored {
    /** Marks the arrays that stand for an instance; no other value can be this object. */
    readonly mark: object;
    readonly value: unknown;
}

function store(value: unknown): Stored {
    const mark = {};
    const known = new Map<object, unknown>();
    const plain = (one: unknown): unknown => {
        if (typeof one !== 'object' || one === null) {
            if (typeof one === 'function' || typeof one === 'symbol') {
                throw new TypeError('a function cannot be stored');
            }
            return one;
        }
        const before = known.get(one);
        if (before !== undefined) {
            return before;
        }
        const result = plainObject(one);
        known.set(one, result);
        return result;
    };
    const plainObject = (one: object): unknown => {
        if (Array.isArray(one)) {
            return one.map(plain);
        } else if (one instanceof VersionedMap) {
            return [mark, 'map', [...(one as VersionedMap<unknown>)].map(plain)];
        } else if (one instanceof CallList) {
            return [mark, 'calls', one.findsCalls, one.items.map(plain)];
        } else if (one instanceof Unsettled) {
            return [mark, 'unsettled', one.events().map(plain)];
        } else if (one instanceof EventLog) {
            return [mark, 'log'];
        } else if (one instanceof Map) {
            return new Map([...one].map(([key, item]) => [plain(key), plain(item)]));
        } else if (one instanceof Set) {
            return new Set([...one].map(plain));
        }
        const prototype: unknown = Object.getPrototypeOf(one);
        if (prototype !== Object.prototype && prototype !== null) {
            throw new TypeError('an instance of an unknown class cannot be stored');
        }
        return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, plain(item)]));
    };
    return { mark, value: plain(value) };
}

function restore(policy: Policy, stored: unknown): unknown {
    const { mark, value } = stored as Stored;
    const known = new Map<object, unknown>();
    const whole = (one: unknown): unknown => {
        if (typeof one !== 'object' || one === null) {
            return one;
        }
        const before = known.get(one);
        if (before !== undefined) {
            return before;
        }
        const result = wholeObject(one);
        known.set(one, result);
        return result;
    };
    const wholeObject = (one: object): unknown => {
        if (Array.isArray(one)) {
            return one[0] === mark ? instance(one.slice(1)) : one.map(whole);
        } else if (one instanceof Map) {
            return new Map([...one].map(([key, item]) => [whole(key), whole(item)]));
        } else if (one instanceof Set) {
            return new Set([...one].map(whole));
        }
        return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, whole(item)]));
    };
    const instance = ([kind, ...content]: readonly unknown[]): unknown => {
        switch (kind) {
            case 'map':
                return VersionedMap.of((content[0] as unknown[]).map(whole) as [string, unknown][]);
            case 'calls':
                return (content[1] as unknown[])
                    .map((item) => whole(item) as Parameters<CallList<never>['with']>[0])
                    .reduce((list, item) => list.with(item), CallList.empty(content[0] as boolean));
            case 'unsettled':
                return Unsettled.of(policy, (content[0] as unknown[]).map(whole) as HistoryEvent[]);
            default:
                return new EventLog();
        }
    };
    return whole(value);
}
