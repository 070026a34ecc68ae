/** The state of a session as plain values, for tests that compare two states: caches are not part of it. */
import { itemAt } from '../../server/model/collections/sequence.js';
import { CallList } from '../../server/model/memory/call-list.js';
import { isSpent } from '../../server/model/conditions/within.js';
import type { Policy } from '../../server/model/policy/policy.js';
import type { Log, RecordState } from '../../server/model/memory/memory.js';
import type { Memory, SessionState } from '../../server/model/session/session.js';
import { Unsettled } from '../../server/model/events/unsettled.js';
import { VersionedMap } from '../../server/model/collections/versioned-map.js';

export function plainState(policy: Policy, { lapses: _lapses, log: _log, views, ...state }: SessionState): unknown {
    return plain({ ...state, views: views.keys().sort() });

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
        if (Array.isArray(value)) {
            return value.map(plain);
        }
        const fields = isMemory(value) ? withoutSpent(value) : isRecordState(value) ? withoutOld(value) : value;
        return Object.fromEntries(Object.entries(fields).map(([name, inner]) => [name, plain(inner)]));
    }

    /**
     * Keys whose times have all expired carry no information; when each is dropped depends on which states were read
     * before.
     */
    function withoutSpent(memory: Memory): object {
        return {
            ...memory,
            keyed: memory.keyed.map((states, index) => {
                const monitor = policy.monitors[index]!;
                const unseen = memory.monitors[index]!;
                const isOver = (cells: readonly number[]): boolean =>
                    monitor.window !== undefined && isSpent(monitor, cells, unseen, state.time);
                return isOver(unseen)
                    ? [...states].filter(([, cells]) => !isOver(cells)).sort(([a], [b]) => (a < b ? -1 : 1))
                    : states;
            })
        };
    }

    function withoutOld(of: RecordState): object {
        const { recorder, events } = of;
        const { window = Infinity, kind } = recorder;
        const isOld = ({ entries }: Log): boolean =>
            entries.length === 0 || itemAt(entries, entries.length - 1).time < state.time - window;
        const isBounded = kind !== 'latest' && kind !== 'since' && kind !== 'no since';
        const known = [...(events.known ?? [])].filter(([, log]) => !(isBounded && isOld(log)));
        return { ...of, events: { ...events, known: known.sort(([a], [b]) => (a < b ? -1 : 1)) } };
    }
}

function isRecordState(value: object): value is RecordState {
    return 'recorder' in value && 'events' in value;
}

function isMemory(value: object): value is Memory {
    return 'monitors' in value && 'keyed' in value;
}
