/**
 * Fresh values of one link are interchangeable: only equality distinguishes them. So among the values that a state has
 * not seen, only the first is tried.
 */
export class Symmetry {
    private readonly used = new WeakMap<object, readonly (readonly string[])[]>();

    /** @param lists the fresh values of each link, in order */
    constructor(private readonly lists: readonly (readonly string[])[]) {}

    /** True if the choice uses no fresh value where an earlier one would do as well. */
    isUsable(chosen: object | undefined, known: ReadonlySet<string>): boolean {
        return (
            chosen === undefined ||
            this.usedBy(chosen).every((values, list) => {
                const next = this.lists[list]!.filter((value) => !known.has(value));
                return values.filter((value) => !known.has(value)).every((value, place) => value === next[place]);
            })
        );
    }

    /** For each list, its values that occur, in the order of their first occurrence. */
    private usedBy(chosen: object): readonly (readonly string[])[] {
        let used = this.used.get(chosen);
        if (!used) {
            const texts = new Set<string>();
            collect(chosen, texts);
            used = this.lists.map((values) => [...texts].filter((text) => values.includes(text)));
            this.used.set(chosen, used);
        }
        return used;
    }
}

function collect(value: unknown, into: Set<string>): void {
    if (typeof value === 'string') {
        into.add(value);
    } else if (typeof value === 'object' && value !== null) {
        Object.values(value).forEach((inner) => collect(inner, into));
    }
}
