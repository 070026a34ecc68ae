/**
 * One text for each class of states with the same continuations: times become ages (ages beyond their window are
 * equal), calls lose their numbers, and fresh values are numbered in the order of occurrence. A field that is not
 * handled here is kept as it is, which can only keep states apart.
 */
import { cellKinds, cellsOf, NONE } from '../../model/conditions/within.js';
import type { Policy, Value } from '../../model/policy/policy.js';
import type { RecordState } from '../../model/memory/memory.js';
import type { GivenValues } from '../../model/memory/provenance.js';
import type { HeldCall, MachineState, Memory, MonitorState, SessionState } from '../../model/session/session.js';
import { viewOf } from '../../model/session/timeline.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import { VersionedMap } from '../../model/collections/versioned-map.js';
import { sourcesOfRecords } from './asked-values.js';
import { plainRecord } from './records.js';

export interface StateKey {
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

const NO_PLACES: readonly Place[] = [];

/** Matches the key of a long value that some source gave (`keyOf` in provenance). */
const DIGEST = /"#[0-9a-f]{64}"/;

/** Fields that are seconds of the session. */
const PLACES: ReadonlySet<string> = new Set(['time', 'since']);

/** The numbers of calls, which are not part of a key. */
const NUMBERS = ['id', 'epoch'];

/** Fields that are not part of a key, or that are written in another way. No condition reads when a call was released. */
const LEFT_OUT = {
    anywhere: new Set(NUMBERS),
    running: new Set([...NUMBERS, 'released']),
    hold: new Set([...NUMBERS, 'since', 'approvals']),
    approval: new Set([...NUMBERS, 'at']),
    // The clock is written beside the session if something reads it.
    session: new Set([
        ...NUMBERS,
        'time',
        'began',
        'calls',
        'settled',
        'unsettled',
        'held',
        'lapses',
        'running',
        'views',
        'log'
    ])
} as const satisfies Readonly<Record<string, ReadonlySet<string>>>;

/** Fields with names chosen by agents and the environment: a parameter may be called `id` or `time`. */
const VALUES: ReadonlySet<string> = new Set(['args', 'request', 'constants']);

export class Keys {
    private readonly writer: Writer;
    private readonly fresh: readonly { readonly values: readonly string[]; readonly pattern: RegExp }[];

    /**
     * @param windows the windows of everything that keeps events, in seconds, without those of holds and approvals
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
    of(session: SessionState, more: unknown, beside?: SessionState): StateKey {
        const { places, text } = this.writer.write(session, more, beside);
        return { places, ...this.renamed(text) };
    }

    private renamed(text: string): Pick<StateKey, 'text' | 'fresh'> {
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
interface PartKey {
    readonly text: string;
    readonly places: readonly Place[];
    readonly now: number;
}

/** The names of an object's fields. */
interface Shape {
    readonly names: readonly string[];
    readonly sorted: readonly string[];
}

/**
 * Writes JSON. Parts of a state never change, and most are shared with the previous state, so each is serialized once.
 */
class Writer {
    private places: Place[] = [];
    private now = 0;
    private readonly oldest: number;
    private readonly known = new WeakMap<object, PartKey>();
    private readonly values = new WeakMap<object, string>();
    private readonly shapes = new Map<string, Shape[]>();
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
    write(session: SessionState, more: unknown, beside?: SessionState): Pick<StateKey, 'text' | 'places'> {
        this.places = [];
        this.now = session.time;
        const text = `${this.session(session, more)}${beside ? this.session(beside, null) : ''}`;
        return { text, places: this.places };
    }

    private session(session: SessionState, more: unknown): string {
        const { settled, unsettled, held, running } = session;
        const holds = held.items.map((hold) => {
            const view = viewOf(this.policy, session, hold);
            return `${this.once(hold, () => this.hold(hold))}${view ? this.memory(view) : ''}`;
        });
        const events = this.once(unsettled, () => this.written(unsettled.events()));
        const calls = this.once(running, () =>
            running.items.map((call) => `[${this.fieldsOf(call, LEFT_OUT.running)}]`).join()
        );
        const parts = `${this.fieldsOf(session, LEFT_OUT.session)},${events},[${calls}]`;
        return `[${this.memory(settled)},[${holds.join()}],[${parts}],${this.written(more)}]`;
    }

    /** Conditions read the end of a hold or an approval, but not its beginning. */
    private hold(hold: HeldCall): string {
        this.noteBeginning(hold.since);
        const approvals = hold.approvals.map((approval) => {
            this.noteBeginning(approval.at);
            return `[${this.fieldsOf(approval, LEFT_OUT.approval)}]`;
        });
        return `[${this.fieldsOf(hold, LEFT_OUT.hold)},[${approvals.join()}]]`;
    }

    private memory(memory: Memory): string {
        return this.once(memory, () => {
            const { monitors, keyed, machines = [], records = [], given = [], ...others } = memory;
            const cells = monitors.map((state, index) => this.cells(index, state));
            const keys = keyed.map((states, index) =>
                this.once(states, () =>
                    byValue([...states].map(([key, state]) => [JSON.stringify(key), this.cells(index, state)]))
                )
            );
            const modes = machines.map((groups, index) => this.once(groups, () => this.machine(index, groups)));
            const kept = records.map((state) => this.once(state, () => this.record(state)));
            const sources = given.map((one, source) => this.once(one, () => this.given(one, source)));
            return `[[${keys.join()}],[${cells.join()}],${this.written(others)},[${modes.join()}],[${kept.join()}],[${sources.join()}]]`;
        });
    }

    /** The time at which a mode was entered is read only if the mode ends by itself. */
    private machine(index: number, groups: readonly MachineState[]): string {
        const { modes } = this.policy.machines![index]!;
        const texts = groups.map((places) => [
            ...new Set(places.map(({ mode, since }) => `${mode}${modes[mode]?.lasts ? `@${this.age(since)}` : ''}`))
        ]);
        return `[${texts.map((group) => `[${group.join()}]`).join()}]`;
    }

    private given({ values, others }: GivenValues, source: number): string {
        const isAsked = ([text]: readonly [string, unknown]): boolean =>
            !text.startsWith('[') && (this.givesRecords[source] === true || !/^[{#]/.test(text));
        return `[${others},${this.written(new Map([...values].filter(isAsked)))}]`;
    }

    private record(state: RecordState): string {
        return byValue(
            plainRecord(state, (time, window) => this.ageOf(time, window)).map(({ key, ...kept }) => [
                JSON.stringify(key),
                this.written(kept)
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
        const before = this.places.length;
        const text = write();
        const places = this.places.length > before ? this.places.slice(before) : NO_PLACES;
        this.known.set(part, { text, places, now: this.now });
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
        return this.once(value, () => this.written(value));
    }

    /** The same for a value that is not a part of a state, or is not shared. */
    private written(value: unknown): string {
        if (typeof value !== 'object' || value === null) {
            return this.plain(value);
        }
        if (value instanceof Map || value instanceof VersionedMap) {
            const entries = [...(value as Iterable<[unknown, unknown]>)];
            return byValue(entries.map(([key, inner]) => [JSON.stringify(key), this.plain(inner)]));
        }
        if (Array.isArray(value)) {
            return `[${value.map((inner: unknown) => this.plain(inner)).join()}]`;
        }
        return `[${this.fieldsOf(value, LEFT_OUT.anywhere)}]`;
    }

    /** The fields that are set, sorted by name. */
    private fieldsOf(value: object, without: ReadonlySet<string>): string {
        const fields = value as Readonly<Record<string, unknown>>;
        let text = '';
        for (const name of this.namesOf(value)) {
            const inner = fields[name];
            if (inner !== undefined && !without.has(name)) {
                text += `${text === '' ? '' : ','}${name}:${this.field(name, inner)}`;
            }
        }
        return text;
    }

    /** The names of the fields, sorted. Most objects have the fields of one seen before, in the same order. */
    private namesOf(value: object): readonly string[] {
        const names = Object.keys(value);
        const alike = this.shapes.get(names[0] ?? '') ?? [];
        const known = alike.find(
            (shape) => shape.names.length === names.length && shape.names.every((name, at) => name === names[at])
        );
        if (known) {
            return known.sorted;
        }
        const sorted = [...names].sort();
        this.shapes.set(names[0] ?? '', [...alike, { names, sorted }]);
        return sorted;
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
        if (this.windows.length === 0) {
            return 0;
        }
        this.places.push({ at, windows: this.windows });
        return Math.min(this.now - at, this.oldest);
    }

    /** A hold or an approval that began here may end just before or after another window does. */
    private noteBeginning(at: number): void {
        if (this.seesHolds) {
            this.places.push({ at, windows: [] });
        }
    }

    /** The number of seconds until something ends. */
    private left(until: number): number {
        if (!this.seesHolds) {
            return 0;
        }
        if (Number.isFinite(until)) {
            this.places.push({ at: until, windows: [0] });
        }
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
