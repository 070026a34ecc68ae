/**
 * The names that every policy can use without an import. This is a separate document, so that hover and
 * go-to-definition work. Its URI has the form of `URI.toString`, because documents are found by that.
 */
export const BUILTIN_URI = 'guardrail:/builtin.guardrail';

export const BUILTIN_SCHEME = 'guardrail';

/** True for the documents that declare the built-in parts of the language: its traits, and the packs of guardrail/std. */
export function isBuiltin(uri: { readonly scheme: string } | undefined): boolean {
    return uri?.scheme === BUILTIN_SCHEME;
}

export const BUILTIN_TEXT = `/** Changes nothing: MCP's \`readOnlyHint\`. A confirmed \`readonly\` tool is atomic too. */
trait readonly

/** May destroy or overwrite what cannot be restored from its arguments: MCP's \`destructiveHint\`. */
trait destructive

/** Calling it again with the same arguments changes nothing more: MCP's \`idempotentHint\`. */
trait idempotent

/** Makes data or an effect reach someone outside: MCP's \`openWorldHint\`. Fetching a URL is external too. */
trait external

/** Nothing undoes it. */
trait irreversible

/** An error answer means that nothing happened. */
trait atomic

request {
  /** The whole of it: what the user said, or what a tool answered. */
  text: string
}
`;

export const BUILTIN_TRAITS = ['readonly', 'destructive', 'idempotent', 'external', 'irreversible', 'atomic'] as const;
