/** The first entries of a list that may be long, with their total number. */
import { replayLimit } from './limits.js';
import type { CountAndFirst } from './result.js';

/** The entries as plain data, so that threads can send them. */
export interface FirstOf<T> {
    readonly count: number;
    /** The first entries; `at` is the index of the event in the log at which an entry was found. */
    readonly first: readonly { readonly at: number; readonly what: T }[];
}

export class First<T> implements FirstOf<T> {
    count = 0;
    readonly first: { readonly at: number; readonly what: T }[] = [];
    private readonly most = replayLimit('shownPlaces');

    /** @param make called only if the entry is kept */
    add(at: number, make: () => T): void {
        this.count++;
        if (this.first.length < this.most) {
            this.first.push({ at, what: make() });
        }
    }

    data(): FirstOf<T> {
        return { count: this.count, first: this.first };
    }
}

/** The first entries of all parts, as if one thread had read the whole log. */
export function counted<T>(parts: readonly FirstOf<T>[]): CountAndFirst<T> {
    return {
        count: parts.reduce((sum, { count }) => sum + count, 0),
        first: parts
            .flatMap(({ first }) => first)
            .sort((a, b) => a.at - b.at)
            .slice(0, replayLimit('shownPlaces'))
            .map(({ what }) => what)
    };
}
