/**
 * Values by text. A map with one more entry leaves the one it was made from as it is. A balanced tree (Adelson-Velsky
 * and Landis), so that no choice of texts, which may be a hijacked agent's, makes it slow.
 */
export type TextMap<V> = TextNode<V> | undefined;

interface TextNode<V> {
    readonly key: string;
    readonly value: V;
    readonly left: TextMap<V>;
    readonly right: TextMap<V>;
    readonly height: number;
}

export function valueAt<V>(map: TextMap<V>, key: string): V | undefined {
    let node = map;
    while (node && node.key !== key) {
        node = key < node.key ? node.left : node.right;
    }
    return node?.value;
}

export function withValue<V>(map: TextMap<V>, key: string, value: V): TextNode<V> {
    if (!map) {
        return nodeOf(key, value, undefined, undefined);
    }
    if (key === map.key) {
        return { key, value, left: map.left, right: map.right, height: map.height };
    }
    return key < map.key
        ? balanced(map.key, map.value, withValue(map.left, key, value), map.right)
        : balanced(map.key, map.value, map.left, withValue(map.right, key, value));
}

function balanced<V>(key: string, value: V, left: TextMap<V>, right: TextMap<V>): TextNode<V> {
    if (left && heightOf(left) > heightOf(right) + 1) {
        const { left: outer, right: inner } = left;
        return inner && heightOf(inner) > heightOf(outer)
            ? nodeOf(
                  inner.key,
                  inner.value,
                  nodeOf(left.key, left.value, outer, inner.left),
                  nodeOf(key, value, inner.right, right)
              )
            : nodeOf(left.key, left.value, outer, nodeOf(key, value, inner, right));
    }
    if (right && heightOf(right) > heightOf(left) + 1) {
        const { left: inner, right: outer } = right;
        return inner && heightOf(inner) > heightOf(outer)
            ? nodeOf(
                  inner.key,
                  inner.value,
                  nodeOf(key, value, left, inner.left),
                  nodeOf(right.key, right.value, inner.right, outer)
              )
            : nodeOf(right.key, right.value, nodeOf(key, value, left, inner), outer);
    }
    return nodeOf(key, value, left, right);
}

function nodeOf<V>(key: string, value: V, left: TextMap<V>, right: TextMap<V>): TextNode<V> {
    return { key, value, left, right, height: 1 + Math.max(heightOf(left), heightOf(right)) };
}

function heightOf<V>(map: TextMap<V>): number {
    return map ? map.height : 0;
}
