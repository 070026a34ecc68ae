/**
 * One text for each class of states with the same continuations: times become ages (ages beyond their window are
 * equal), calls lose their numbers, and fresh values are numbered in the order of occurrence. A field that is not
 * handled here is kept as it is, which can only keep states apart.
 */
import { cellKinds, cellsOf, NONE } from '../../model/conditions/within.js';
import type { Policy, Value } from '../../model/policy/policy.js';
import type { RecordState } from '../../model/memory/memory.js';
import type { Given } from '../../model/memory/provenance.js';
import type { Memory, MonitorState, SessionState } from '../../model/session/session.js';
import { viewOf } from '../../model/session/timeline.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import { VersionedMap } from '../../model/collections/versioned-map.js';
import { sourcesOfRecords } from './asked-values.js';
import { plainRecord } from './records.js';

export interface Keyed {
    readonly text: string;
    /** The times of places whose age some window can read, with the windows. */
    readonly places: readonly Place[];
    /** The fresh values that the text contains. */
    readonly fresh: ReadonlySet<string>;
}

export interface Place {
    readonly at: number;
    readonly windows: readonly number[];
}

/** Matches the key of a long value that some source gave (`keyOf` in provenance). */
const DIGEST = /"#[0-9a-f]{64}"/;

/** Fields that are seconds of the session. */
const PLACES: ReadonlySet<string> = new Set(['time', 'since', 'at', 'released', 'began', 'entered']);

/** Fields of a session that are written apart from the others, or not at all: `more` has the clock if something reads it. */
const APART: ReadonlySet<string> = new Set(['time', 'calls', 'settled', 'held', 'lapses', 'views', 'log', 'epoch']);

/** Fields with names chosen by agents and the environment: a parameter may be called `id` or `time`. */
const VALUES: ReadonlySet<string> = new Set(['args', 'request', 'constants']);

export class Keys {
    private readonly writer: Writer;
    private readonly fresh: readonly { readonly values: readonly string[]; readonly pattern: RegExp }[];

    /**
     * @param windows the windows of everything that keeps events, in seconds
     * @param symmetric lists of interchangeable fresh values
     * @param seesHolds true if the ages of holds and approvals matter
     */
    constructor(
        policy: Policy,
        windows: readonly number[],
        symmetric: readonly (readonly string[])[],
        seesHolds: boolean
    ) {
        this.writer = new Writer(policy, windows, seesHolds);
        this.fresh = symmetric.map((values) => ({
            values,
            pattern: new RegExp(`(?<![A-Za-z0-9_])(?:${values.map(literal).join('|')})(?![A-Za-z0-9_])`, 'g')
        }));
    }

    /** @param beside the state of the same session under another policy */
    of(session: SessionState, more: unknown, beside?: SessionState): Keyed {
        const { places, text } = this.writer.write(session, more, beside);
        return { places, ...this.renamed(text) };
    }

    private renamed(text: string): Pick<Keyed, 'text' | 'fresh'> {
        if (DIGEST.test(text)) {
            // The values inside a digest are not known, so no value is interchangeable with another.
            return { text, fresh: new Set(this.fresh.flatMap(({ values }) => values)) };
        }
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

/** The key of one part of a state at this second. */
interface Written {
    readonly text: string;
    readonly places: readonly Place[];
    readonly now: number;
}

/**
 * Writes JSON. Parts of a state never change, and most are shared with the previous state, so each is serialized once.
 */
class Writer {
    private places: Place[] = [];
    private now = 0;
    private readonly oldest: number;
    private readonly known = new WeakMap<object, Written>();
    private readonly values = new WeakMap<object, string>();
    private readonly givesRecords: readonly boolean[];

    constructor(
        private readonly policy: Policy,
        private readonly windows: readonly number[],
        private readonly seesHolds: boolean
    ) {
        this.oldest = Math.max(0, ...windows) + 1;
        this.givesRecords = sourcesOfRecords(policy);
    }

    /** @param beside the state of the same session under another policy */
    write(session: SessionState, more: unknown, beside?: SessionState): Pick<Keyed, 'text' | 'places'> {
        this.places = [];
        this.now = session.time;
        const text = `${this.session(session, more)}${beside ? this.session(beside, null) : ''}`;
        return { text, places: this.places };
    }

    private session(session: SessionState, more: unknown): string {
        const holds = session.held.items.map((hold) => {
            const view = viewOf(this.policy, session, hold);
            return `${this.once(hold, () => this.plain(hold))}${view ? this.memory(view) : ''}`;
        });
        const others = this.fields(session, (name) =>
            APART.has(name)
                ? undefined
                : name === 'unsettled'
                  ? this.each(session.unsettled.events())
                  : name === 'running'
                    ? this.each(session.running.items)
                    : this.field(name, session[name as keyof SessionState])
        );
        return `[${this.memory(session.settled)},[${holds.join()}],${others},${this.plain(more)}]`;
    }

    private each(parts: readonly object[]): string {
        return `[${parts.map((part) => this.once(part, () => this.plain(part))).join()}]`;
    }

    private memory(memory: Memory): string {
        return this.once(memory, () => {
            const { monitors, keyed, records = [], given = [], ...others } = memory;
            const cells = monitors.map((state, index) => this.cells(index, state));
            const keys = keyed.map((states, index) =>
                byValue([...states].map(([key, state]) => [JSON.stringify(key), this.cells(index, state)]))
            );
            const kept = records.map((state) => this.once(state, () => this.record(state)));
            const sources = given.map((one, source) => this.once(one, () => this.given(one, source)));
            return `[[${keys.join()}],[${cells.join()}],${this.plain(others)},[${kept.join()}],[${sources.join()}]]`;
        });
    }

    private given({ values, others }: Given, source: number): string {
        const isAsked = ([text]: readonly [string, unknown]): boolean =>
            !text.startsWith('[') && (this.givesRecords[source] === true || !/^[{#]/.test(text));
        return `[${others},${this.plain(new Map([...values].filter(isAsked)))}]`;
    }

    private record(state: RecordState): string {
        return byValue(
            plainRecord(state, (time, window) => this.ageOf(time, window)).map(({ key, ...kept }) => [
                JSON.stringify(key),
                this.plain(kept)
            ])
        );
    }

    private once(part: object, write: () => string): string {
        const known = this.known.get(part);
        // A part without times has the same key at every time.
        if (known && (known.now === this.now || known.places.length === 0)) {
            this.places.push(...known.places);
            return known.text;
        }
        const outer = this.places;
        this.places = [];
        const text = write();
        this.known.set(part, { text, places: this.places, now: this.now });
        outer.push(...this.places);
        this.places = outer;
        return text;
    }

    private ageOf(at: number, window: number): number {
        this.places.push({ at, windows: [window] });
        return Math.min(this.now - at, window + 1);
    }

    private cells(index: number, state: MonitorState): string {
        const monitor = this.policy.monitors[index]!;
        const { window } = monitor;
        if (window === undefined) {
            return `[${state.join()}]`;
        }
        const kinds = cellKinds(monitor);
        const cells = state.map((cell, position) => {
            if (kinds[position % cellsOf(monitor)] !== 'time' || cell === NONE) {
                return cell;
            }
            return this.ageOf(cell, window);
        });
        return `[${cells.join()}]`;
    }

    private plain(value: unknown, field?: string): string {
        if (typeof value === 'number' && field !== undefined) {
            return String(PLACES.has(field) ? this.age(value) : field === 'until' ? this.left(value) : value);
        }
        if (typeof value !== 'object' || value === null) {
            return value === undefined ? 'null' : JSON.stringify(value);
        }
        if (value instanceof Map || value instanceof VersionedMap) {
            const entries = [...(value as Iterable<[unknown, unknown]>)];
            return byValue(entries.map(([key, inner]) => [JSON.stringify(key), this.plain(inner)]));
        }
        if (Array.isArray(value)) {
            return `[${value.map((inner: unknown) => this.plain(inner)).join()}]`;
        }
        return this.fields(value, (name) => this.field(name, (value as Readonly<Record<string, unknown>>)[name]));
    }

    /**
     * The fields that are set, sorted by name, without the numbers of calls, which are not part of a key.
     * @param write returns undefined for a field that is left out
     */
    private fields<T extends object>(value: T, write: (name: string) => string | undefined): string {
        let text = '';
        for (const name of Object.keys(value).sort()) {
            if (value[name as keyof T] === undefined || name === 'id' || name === 'epoch') {
                continue;
            }
            const written = write(name);
            if (written !== undefined) {
                text += `${text === '' ? '' : ','}${name}:${written}`;
            }
        }
        return `[${text}]`;
    }

    private field(name: string, value: unknown): string {
        if (!VALUES.has(name) || typeof value !== 'object' || value === null) {
            return this.plain(value, name);
        }
        const text = this.values.get(value) ?? canonicalText(value as Value);
        this.values.set(value, text);
        return text;
    }

    private age(at: number): number {
        this.places.push({ at, windows: this.windows });
        return Math.min(this.now - at, this.oldest);
    }

    /** The number of seconds until something ends. */
    private left(until: number): number {
        if (!this.seesHolds) {
            return 0;
        }
        this.places.push({ at: until, windows: [0] });
        return Math.max(until - this.now, -1);
    }
}

/** A pattern that matches exactly this text. */
function literal(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The entries sorted by their contents, so that the names of keys matter as little as possible. */
function byValue(entries: readonly (readonly [key: string, value: string])[]): string {
    const sorted = [...entries].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x < y ? -1 : 1));
    return `[${sorted.map(([key, value]) => `[${key},${value}]`).join()}]`;
}
