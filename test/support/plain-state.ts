/** The state of a session as plain values, for tests that compare two: what is kept to be quick is no part of it. */
import { CallList } from '../../server/model/call-list.js';
import type { SessionState } from '../../server/model/session.js';
import { Unsettled } from '../../server/model/unsettled.js';
import { VersionedMap } from '../../server/model/versioned-map.js';

export function plainState({ lapses: _lapses, log: _log, views, ...state }: SessionState): unknown {
    return plain({ ...state, views: views.keys().sort() });
}

function plain(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    if (value instanceof VersionedMap) {
        return [...(value as Iterable<[string, unknown]>)]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, plain(inner)]);
    }
    if (value instanceof CallList) {
        return plain(value.items);
    }
    if (value instanceof Unsettled) {
        return plain(value.events());
    }
    return Array.isArray(value)
        ? value.map(plain)
        : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
