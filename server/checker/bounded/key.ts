/**
 * One text for each state of a session that goes on alike: times as ages (those beyond their window are alike), calls
 * without their numbers, fresh values by the order in which they occur. Where a field is not known here it is taken as it
 * is, which can only keep states apart.
 */
import { cellKinds, cellsOf, NONE } from '../../model/cells.js';
import type { Policy, Value } from '../../model/policy.js';
import type { Memory, MonitorState, SessionState } from '../../model/session.js';
import { canonicalText } from '../../model/values.js';
import { plainRecord } from './records.js';

export interface Keyed {
    readonly text: string;
    /** Seconds of places whose age some window can ask for, with the windows. */
    readonly places: readonly Place[];
    /** The fresh values that occur. */
    readonly fresh: ReadonlySet<string>;
}

export interface Place {
    readonly at: number;
    readonly windows: readonly number[];
}

/** Fields that are seconds of the session. */
const PLACES: ReadonlySet<string> = new Set(['time', 'since', 'at', 'released', 'began', 'entered']);

/** Fields that hold what agents and the world chose, under names of their own: a parameter may be called `id` or `time`. */
const VALUES: ReadonlySet<string> = new Set(['args', 'request', 'constants']);

export class Keys {
    private readonly fresh: readonly { readonly values: readonly string[]; readonly pattern: RegExp }[];

    /**
     * @param windows those of everything that keeps events, in seconds
     * @param symmetric lists of fresh values that can stand for each other
     * @param seesHolds the ages of holds and approvals matter
     */
    constructor(
        private readonly policy: Policy,
        private readonly windows: readonly number[],
        symmetric: readonly (readonly string[])[],
        private readonly seesHolds: boolean
    ) {
        this.fresh = symmetric.map((values) => ({
            values,
            pattern: new RegExp(`(?<![A-Za-z0-9_])(?:${values.join('|')})(?![A-Za-z0-9_])`, 'g')
        }));
    }

    /** @param beside what the same session is for another policy */
    of(session: SessionState, more: unknown, beside?: SessionState): Keyed {
        const writer = new Writer(this.policy, this.windows, session.time, this.seesHolds);
        const text = `${writer.text(session, more)}${beside ? writer.text(beside, null) : ''}`;
        return { places: writer.places, ...this.renamed(text) };
    }

    private renamed(text: string): Pick<Keyed, 'text' | 'fresh'> {
        const found = new Set<string>();
        const renamed = this.fresh.reduce((result, { values, pattern }) => {
            const names = new Map<string, string>();
            return result.replace(pattern, (value) => {
                found.add(value);
                const name = names.get(value) ?? values[names.size]!;
                names.set(value, name);
                return name;
            });
        }, text);
        return { text: renamed, fresh: found };
    }
}

class Writer {
    readonly places: Place[] = [];
    private readonly oldest: number;

    constructor(
        private readonly policy: Policy,
        private readonly windows: readonly number[],
        private readonly now: number,
        private readonly seesHolds: boolean
    ) {
        this.oldest = Math.max(0, ...windows) + 1;
    }

    text(session: SessionState, more: unknown): string {
        // The clock is part of `more`, where something reads it.
        const { time: _time, calls: _calls, settled, held, views, epoch: _epoch, ...others } = session;
        const holds = held.map(({ id, ...hold }) => ({ ...hold, view: views[id] && this.memory(views[id]) }));
        return JSON.stringify(this.plain([this.memory(settled), holds, others, more]));
    }

    private memory({ monitors, keyed, records = [], ...others }: Memory): unknown {
        return {
            monitors: monitors.map((state, index) => this.cells(index, state)),
            keyed: keyed.map((states, index) =>
                byValue([...states].map(([key, state]) => [key, this.cells(index, state)]))
            ),
            records: records.map((state) =>
                byValue(
                    plainRecord(state, (time, window) => this.ageOf(time, window)).map(({ key, ...kept }) => [
                        key,
                        this.plain(kept)
                    ])
                )
            ),
            others
        };
    }

    private ageOf(at: number, window: number): number {
        this.places.push({ at, windows: [window] });
        return Math.min(this.now - at, window + 1);
    }

    private cells(index: number, state: MonitorState): readonly number[] {
        const monitor = this.policy.monitors[index]!;
        const { window } = monitor;
        if (window === undefined) {
            return state;
        }
        const kinds = cellKinds(monitor);
        return state.map((cell, position) => {
            if (kinds[position % cellsOf(monitor)] !== 'time' || cell === NONE) {
                return cell;
            }
            return this.ageOf(cell, window);
        });
    }

    private plain(value: unknown, field?: string): unknown {
        if (typeof value === 'number' && field !== undefined) {
            return PLACES.has(field) ? this.age(value) : field === 'until' ? this.left(value) : value;
        }
        if (typeof value !== 'object' || value === null) {
            return value;
        }
        if (value instanceof Map) {
            return byValue(
                [...(value as ReadonlyMap<unknown, unknown>)].map(([key, inner]) => [key, this.plain(inner)])
            );
        }
        if (Array.isArray(value)) {
            return value.map((inner: unknown) => this.plain(inner));
        }
        return Object.entries(value)
            .filter(([name, inner]) => inner !== undefined && name !== 'id' && name !== 'epoch')
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, inner]: [string, unknown]) => [
                name,
                VALUES.has(name) ? canonicalText(inner as Value) : this.plain(inner, name)
            ]);
    }

    private age(at: number): number {
        this.places.push({ at, windows: this.windows });
        return Math.min(this.now - at, this.oldest);
    }

    /** Seconds until the end of something. */
    private left(until: number): number {
        if (!this.seesHolds) {
            return 0;
        }
        this.places.push({ at: until, windows: [0] });
        return Math.max(until - this.now, -1);
    }
}

/** Entries in the order of what they hold, so that the names of keys matter least. */
function byValue(entries: readonly (readonly [unknown, unknown])[]): unknown[] {
    return entries
        .map(([key, value]) => ({ key: JSON.stringify(key), value: JSON.stringify(value) }))
        .sort((a, b) => (a.value === b.value ? (a.key < b.key ? -1 : 1) : a.value < b.value ? -1 : 1))
        .map(({ key, value }) => [key, value]);
}
