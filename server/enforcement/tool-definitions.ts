/**
 * Compares the tool definitions that a server lists now with those that the inventory was made from. A model reads the
 * definition, so a change may make it call the tool for another reason.
 */
import { isFields } from '../gateway/json.js';
import { digestOf } from '../workspace/tool-digest.js';

/** Requests one page of the server's list. Rejects if the server does not respond with a result. */
export type ListPage = (cursor: string | undefined) => Promise<unknown>;

/** The maximum number of pages, which is far more than any real server has. */
const MOST_PAGES = 1000;

export class ToolDefinitions {
    /** The digest of each tool's definition, by the name of the tool. */
    private listed = new Map<string, string>();
    private listing: Promise<void> | undefined;

    /** Called when the server reports that its list has changed. */
    invalidate(): void {
        this.listing = undefined;
    }

    /** Records a page of the list that the client gets, because the model reads these definitions. */
    seen(result: unknown): void {
        for (const tool of toolsIn(result)) {
            this.listed.set(tool.name, tool.digest);
        }
    }

    /**
     * The difference between the tool and the inventory, as a sentence; undefined if there is none.
     *
     * @param pin the digest in the inventory
     */
    async drift(name: string, pin: string, list: ListPage): Promise<string | undefined> {
        if (!(await this.isListed(list))) {
            return `the server does not say how \`${name}\` is defined now, so it cannot be compared with the inventory`;
        }
        const digest = this.listed.get(name);
        if (digest === undefined) {
            return `the server does not list \`${name}\` any more`;
        }
        return digest === pin
            ? undefined
            : `the definition of \`${name}\` has changed since the inventory was written: its description, parameters or annotations differ`;
    }

    /**
     * Returns false if the server does not respond. A request of another client may fail because that client is gone.
     */
    private async isListed(list: ListPage): Promise<boolean> {
        for (;;) {
            const isOwn = this.listing === undefined;
            const listing = (this.listing ??= this.refresh(list));
            try {
                await listing;
                return true;
            } catch {
                this.listing = this.listing === listing ? undefined : this.listing;
                if (isOwn) {
                    return false;
                }
            }
        }
    }

    private async refresh(list: ListPage): Promise<void> {
        const listed = new Map<string, string>();
        let cursor: string | undefined;
        for (let page = 0; page < MOST_PAGES; page++) {
            const result = await list(cursor);
            toolsIn(result).forEach(({ name, digest }) => listed.set(name, digest));
            const next = isFields(result) ? result['nextCursor'] : undefined;
            if (typeof next !== 'string' || next === '') {
                this.listed = listed;
                return;
            }
            cursor = next;
        }
        throw new Error('the list has no end');
    }
}

function toolsIn(result: unknown): { readonly name: string; readonly digest: string }[] {
    const tools = isFields(result) && Array.isArray(result['tools']) ? (result['tools'] as unknown[]) : [];
    return tools.flatMap((tool) =>
        isFields(tool) && typeof tool['name'] === 'string' ? [{ name: tool['name'], digest: safeDigest(tool) }] : []
    );
}

/** Some definitions cannot be represented as canonical JSON; such a definition differs from every digest. */
function safeDigest(tool: { readonly [field: string]: unknown }): string {
    try {
        return digestOf(tool);
    } catch {
        return '';
    }
}
