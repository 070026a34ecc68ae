/** The items whose key already occurred, in order. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => unknown): T[] {
    const seen = new Set<unknown>();
    return items.filter((item) => {
        const key = keyOf(item);
        const isRepeated = seen.has(key);
        seen.add(key);
        return isRepeated;
    });
}
