/** Decides which rows are shown, and which are drawn again. This file does not use `vscode`. */
import type { PolicyStatus } from './status.js';

/** Recognizes rows with a problem. A row that waits for its verdict counts as it did before, so that it stays. */
export class ProblemRows {
    private readonly known = new Map<string, boolean>();

    has(key: string, { tone, isPending }: PolicyStatus): boolean {
        if (!isPending) {
            // A policy that could not be checked has no tone.
            this.known.set(key, tone === undefined || tone === 'bad' || tone === 'warn');
        }
        return this.known.get(key) ?? false;
    }
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
