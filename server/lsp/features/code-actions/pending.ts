/** An offer whose edit is computed only when the author chooses it. */
import type { CancellationToken } from 'vscode-languageserver';
import type { Changes } from '../../../../language/edits/edit.js';

export type Lazy = (token: CancellationToken) => Promise<Changes | undefined>;

/**
 * The number of requests whose offers are kept: an editor may send another request for a light bulb while a menu is
 * open.
 */
const KEPT = 16;

export class PendingChanges {
    private readonly kept: Map<number, Lazy>[] = [];
    private last = 0;

    /** The offers in the answer to one request. */
    request(): { add(lazy: Lazy): number } {
        const offers = new Map<number, Lazy>();
        this.kept.push(offers);
        if (this.kept.length > KEPT) {
            this.kept.shift();
        }
        return {
            add: (lazy) => {
                const id = ++this.last;
                offers.set(id, lazy);
                return id;
            }
        };
    }

    find(id: number): Lazy | undefined {
        return this.kept.map((offers) => offers.get(id)).find((lazy) => lazy !== undefined);
    }
}
