/** The data that the command exchanges with an editor whose author chooses servers, marks tools and starts a policy. */

export interface ListedTool {
    readonly name: string;
    readonly description?: string;
    /** The traits that the server claims, also by leaving them out. */
    readonly hints: readonly string[];
    /** Guesses at the labels of the data that it reads. */
    readonly reads: readonly string[];
}

export interface ListedServer {
    readonly name: string;
    /** The command that starts it; undefined for one at an address. */
    readonly command?: string;
    readonly address?: string;
}

/** A list of tools, which is also a source of tools. */
export interface ListedTools {
    readonly server: string;
    readonly about: readonly ListedTool[];
}

/** The labels that marks can give. The templates of `guardrail init` use the same. */
export type MarkedLabel = 'private' | 'untrusted';

/** The traits that MCP knows. */
export type MarkedTrait = 'readonly' | 'destructive' | 'external' | 'idempotent';

export interface ToolMarks {
    /** The data that it reads. */
    readonly reads?: readonly MarkedLabel[];
    /** Traits that are true, whether or not the server claims them. */
    readonly confirmed?: readonly MarkedTrait[];
    /** Traits that are false, although the server claims them. */
    readonly denied?: readonly MarkedTrait[];
}

/** By server, then by tool. */
export interface Marks {
    readonly [server: string]: { readonly [tool: string]: ToolMarks };
}

/** A template of `guardrail init`. */
export interface ListedTemplate {
    readonly name: string;
    readonly summary: string;
}
