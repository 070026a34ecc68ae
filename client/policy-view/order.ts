/** Computes the order of the rows, and the changed rows. This file does not use `vscode`. */
import type { PolicyStatus } from './status.js';

/** The order of the tones: broken, then uncertain, then unknown, then fine. */
const RANKS = { bad: 0, warn: 1, partial: 2, unknown: 3, good: 4 } as const;

/**
 * Sorts broken items first. Items that wait for their verdict stay in place, and new ones are sorted among the fine
 * ones.
 */
export class BrokenFirst {
    private readonly ranks = new Map<string, ReadonlyMap<string, number>>();

    /**
     * Sorts the items; those of equal rank stay in their order.
     * @param list identifies lists that are sorted repeatedly
     */
    sort<T>(list: string, items: readonly T[], keyOf: (item: T) => string, statusOf: (item: T) => PolicyStatus): T[] {
        const before = this.ranks.get(list);
        const ranked = items.map((item) => {
            const key = keyOf(item);
            return { item, key, rank: rankOf(statusOf(item)) ?? before?.get(key) ?? RANKS.good };
        });
        this.ranks.set(list, new Map(ranked.map(({ key, rank }) => [key, rank])));
        return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
    }
}

function rankOf({ tone, isPending }: PolicyStatus): number | undefined {
    return isPending ? undefined : RANKS[tone ?? 'unknown'];
}

/** The keys of the changed items; undefined if items were added, removed or reordered. */
export function changedRows(
    before: ReadonlyMap<string, object>,
    now: ReadonlyMap<string, object>
): string[] | undefined {
    const keys = [...now.keys()];
    return JSON.stringify(keys) === JSON.stringify([...before.keys()])
        ? keys.filter((key) => JSON.stringify(now.get(key)) !== JSON.stringify(before.get(key)))
        : undefined;
}
