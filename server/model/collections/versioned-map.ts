/**
 * A persistent map from texts to values: adding an entry leaves the original map intact. A session is a chain of such
 * maps, of which usually the latest is read. So the latest is a native map, and each older one stores its differences
 * from the next (Baker's persistent arrays). Reading an older map makes it the native one and reverses the differences
 * on the way; once that has cost as much as a copy, the map is copied instead.
 */
export class VersionedMap<V> {
    #entries: Map<string, V> | undefined;
    #difference: Difference<V> | undefined;
    /** The number of steps between versions since the native map was created. */
    #steps = 0;
    readonly size: number;

    private constructor(entries: Map<string, V>, steps: number) {
        this.#entries = entries;
        this.#steps = steps;
        this.size = entries.size;
    }

    static empty<V>(): VersionedMap<V> {
        return new VersionedMap<V>(new Map(), 0);
    }

    static of<V>(entries: Iterable<readonly [string, V]>): VersionedMap<V> {
        return new VersionedMap<V>(new Map(entries), 0);
    }

    get(key: string): V | undefined {
        return this.#own().get(key);
    }

    has(key: string): boolean {
        return this.#own().has(key);
    }

    /** The entries that were set longest ago come first, as long as no older map was read meanwhile. */
    [Symbol.iterator](): IterableIterator<[string, V]> {
        return [...this.#own()][Symbol.iterator]();
    }

    keys(): string[] {
        return [...this.#own().keys()];
    }

    values(): V[] {
        return [...this.#own().values()];
    }

    /** An entry that was set long ago. */
    oldest(): [string, V] | undefined {
        return this.#own().entries().next().value;
    }

    with(key: string, value: V): VersionedMap<V> {
        return this.#changed(key, value);
    }

    without(key: string): VersionedMap<V> {
        return this.has(key) ? this.#changed(key, undefined) : this;
    }

    #changed(key: string, value: V | undefined): VersionedMap<V> {
        if (this.size === 0) {
            // Many histories begin with the same empty map, which must not reference any of them.
            return new VersionedMap<V>(value === undefined ? new Map<string, V>() : new Map([[key, value]]), 0);
        }
        const entries = this.#own();
        const before = entries.get(key);
        change(entries, key, value);
        const next = new VersionedMap<V>(entries, this.#steps);
        this.#entries = undefined;
        this.#difference = { key, value: before, from: next };
        return next;
    }

    /** The native map of this version. */
    #own(): Map<string, V> {
        return this.#entries ?? this.#taken();
    }

    #taken(): Map<string, V> {
        const way: VersionedMap<V>[] = [];
        // oxlint-disable-next-line typescript/no-this-alias -- the loop continues with other maps
        let latest: VersionedMap<V> = this;
        while (latest.#difference) {
            way.push(latest);
            latest = latest.#difference.from;
        }
        const steps = latest.#steps + way.length;
        if (steps > FEW + latest.size) {
            return this.#copied(latest, way);
        }
        const entries = latest.#entries!;
        for (const older of way.reverse()) {
            const { key, value, from } = older.#difference!;
            from.#difference = { key, value: entries.get(key), from: older };
            from.#entries = undefined;
            change(entries, key, value);
            older.#difference = undefined;
        }
        this.#entries = entries;
        this.#steps = steps;
        return entries;
    }

    #copied(latest: VersionedMap<V>, way: readonly VersionedMap<V>[]): Map<string, V> {
        const entries = new Map(latest.#entries);
        for (let index = way.length - 1; index >= 0; index--) {
            const { key, value } = way[index]!.#difference!;
            change(entries, key, value);
        }
        latest.#steps = 0;
        this.#entries = entries;
        this.#difference = undefined;
        this.#steps = 0;
        return entries;
    }
}

interface Difference<V> {
    readonly key: string;
    /** The value; undefined if this version has no such entry. */
    readonly value: V | undefined;
    readonly from: VersionedMap<V>;
}

/** The number of steps up to which a copy is never worthwhile. */
const FEW = 8;

function change<V>(entries: Map<string, V>, key: string, value: V | undefined): void {
    // A key that is set again moves to the end.
    entries.delete(key);
    if (value !== undefined) {
        entries.set(key, value);
    }
}
