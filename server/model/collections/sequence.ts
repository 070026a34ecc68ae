/**
 * A list that grows at its end, while the shorter lists that it was made from stay intact. Appending and reading take
 * logarithmic time.
 */
export interface Sequence<T> {
    readonly length: number;
    /** The number of node levels above the items. */
    readonly depth: number;
    readonly root: Node<T>;
}

interface Node<T> {
    readonly nodes?: readonly Node<T>[];
    readonly items?: readonly T[];
}

const BITS = 5;
const WIDTH = 1 << BITS;

export const EMPTY_SEQUENCE: Sequence<never> = { length: 0, depth: 0, root: { items: [] } };

export function append<T>(sequence: Sequence<T>, item: T): Sequence<T> {
    const { length, depth, root } = sequence;
    return length === WIDTH ** (depth + 1)
        ? { length: length + 1, depth: depth + 1, root: { nodes: [root, pathTo(depth, item)] } }
        : { length: length + 1, depth, root: appendTo(root, depth, length, item) };
}

/** The item at the index, which must be in range. */
export function itemAt<T>({ depth, root }: Sequence<T>, index: number): T {
    let node = root;
    for (let level = depth; level > 0; level--) {
        node = node.nodes![digit(index, level)]!;
    }
    return node.items![digit(index, 0)]!;
}

/** The items from an index on. */
export function itemsFrom<T>(sequence: Sequence<T>, start: number): T[] {
    return Array.from({ length: Math.max(0, sequence.length - start) }, (_, offset) =>
        itemAt(sequence, start + offset)
    );
}

export function sequenceOf<T>(items: readonly T[]): Sequence<T> {
    return items.reduce<Sequence<T>>(append, EMPTY_SEQUENCE);
}

/** The first index from `start` on whose item satisfies the predicate, which must stay true from there on. */
export function firstIndex<T>(sequence: Sequence<T>, start: number, test: (item: T) => boolean): number {
    let [low, high] = [start, sequence.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (test(itemAt(sequence, middle))) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

function appendTo<T>(node: Node<T>, level: number, index: number, item: T): Node<T> {
    if (level === 0) {
        return { items: [...node.items!, item] };
    }
    const at = digit(index, level);
    const child = node.nodes![at];
    const next = child ? appendTo(child, level - 1, index, item) : pathTo(level - 1, item);
    return { nodes: [...node.nodes!.slice(0, at), next] };
}

function pathTo<T>(level: number, item: T): Node<T> {
    return level === 0 ? { items: [item] } : { nodes: [pathTo(level - 1, item)] };
}

function digit(index: number, level: number): number {
    return Math.floor(index / WIDTH ** level) % WIDTH;
}
