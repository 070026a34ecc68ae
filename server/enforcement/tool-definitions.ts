/**
 * The definitions of tools that a server lists now, compared with those that the inventory was made from: a model reads
 * the definition, so a changed one may make it call the tool for another reason.
 */
import { isFields } from '../gateway/json.js';
import { digestOf } from '../workspace/tool-digest.js';

/** Requests a page of the server's list. Rejects if the server does not answer with a result. */
export type ListPage = (cursor: string | undefined) => Promise<unknown>;

/** Far more pages than any real server has. */
const MOST_PAGES = 1000;

export class ToolDefinitions {
    /** From the name of a tool to the digest of its definition. */
    private listed = new Map<string, string>();
    private listing: Promise<void> | undefined;

    /** The server reports that its list has changed. */
    invalidate(): void {
        this.listing = undefined;
    }

    /** A page of the list that the client gets: the model reads these definitions. */
    seen(result: unknown): void {
        for (const tool of toolsIn(result)) {
            this.listed.set(tool.name, tool.digest);
        }
    }

    /**
     * The difference between the tool and the inventory, as a sentence; undefined: none.
     *
     * @param pin the digest that the inventory has for it
     */
    async drift(name: string, pin: string, list: ListPage): Promise<string | undefined> {
        if (!(await this.isListed(list))) {
            return `the server does not say how \`${name}\` is defined now, so that it cannot be compared with the inventory`;
        }
        const digest = this.listed.get(name);
        if (digest === undefined) {
            return `the server does not list \`${name}\` any more`;
        }
        return digest === pin
            ? undefined
            : `the definition of \`${name}\` has changed since the inventory was written: its description, parameters or annotations differ`;
    }

    /** False if the server does not answer. A request of another client may fail because that client is gone. */
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

/** Canonical JSON does not have every definition; one that it does not have differs from every digest. */
function safeDigest(tool: { readonly [field: string]: unknown }): string {
    try {
        return digestOf(tool);
    } catch {
        return '';
    }
}
