/** Calls of a session by number, in order of arrival. Changing a list leaves the previous version intact. */
import type { Call } from './memory.js';
import { textOfArguments } from '../values/canonical-text.js';
import { VersionedMap } from '../collections/versioned-map.js';

interface NumberedCall {
    readonly id: number;
    readonly call: Call;
}

interface Entry<T> {
    readonly place: number;
    readonly item: T;
}

export class CallList<T extends NumberedCall> implements Iterable<T> {
    #items: readonly T[] | undefined;

    private constructor(
        private readonly byId: VersionedMap<Entry<T>>,
        /** The numbers of calls by their arguments; present only where calls are looked up by arguments. */
        private readonly byCall: VersionedMap<number> | undefined,
        private readonly places: number
    ) {}

    static empty<T extends NumberedCall>(findsCalls: boolean): CallList<T> {
        return new CallList<T>(VersionedMap.empty(), findsCalls ? VersionedMap.empty() : undefined, 0);
    }

    /** True if calls are looked up by their arguments. */
    get findsCalls(): boolean {
        return this.byCall !== undefined;
    }

    get length(): number {
        return this.byId.size;
    }

    get(id: number): T | undefined {
        return this.byId.get(String(id))?.item;
    }

    has(id: number): boolean {
        return this.length > 0 && this.byId.has(String(id));
    }

    /** The item with the agent, tool and arguments of this call; the arguments are complete. */
    like(call: Call): T | undefined {
        const id = this.length > 0 ? this.byCall?.get(textOf(call)) : undefined;
        return id === undefined ? undefined : this.get(id);
    }

    /** The list with the item added; it replaces an item with the same number. */
    with(item: T): CallList<T> {
        const id = String(item.id);
        const known = this.byId.get(id);
        return new CallList(
            this.byId.with(id, { place: known?.place ?? this.places, item }),
            known ? this.byCall : this.byCall?.with(textOf(item.call), item.id),
            known ? this.places : this.places + 1
        );
    }

    without(id: number): CallList<T> {
        const item = this.get(id);
        return item === undefined
            ? this
            : new CallList(this.byId.without(String(id)), this.byCall?.without(textOf(item.call)), this.places);
    }

    get items(): readonly T[] {
        this.#items ??= this.byId
            .values()
            .sort((a, b) => a.place - b.place)
            .map(({ item }) => item);
        return this.#items;
    }

    [Symbol.iterator](): Iterator<T> {
        return this.items[Symbol.iterator]();
    }
}

function textOf({ agent, tool, args }: Call): string {
    return `${agent} ${tool} ${textOfArguments(args)}`;
}
