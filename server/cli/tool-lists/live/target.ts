/** Selects the MCP servers to query, and how to reach them. */
export type Target = StdioTarget | HttpTarget;

export interface StdioTarget {
    readonly kind: 'stdio';
    /** The name in a client configuration; if absent, the server's own name is used. */
    readonly name?: string;
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
}

export interface HttpTarget {
    readonly kind: 'http';
    readonly name?: string;
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
}

/** The server in a message: without arguments, queries and headers, which may be secret. */
export function shownTarget(target: Target): string {
    if (target.name !== undefined) {
        return `the server ${target.name}`;
    }
    return target.kind === 'http' ? `${target.url.origin}${target.url.pathname}` : target.command;
}
