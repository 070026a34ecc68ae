/** Digests of tools: of the server's definition, and of the text that the import wrote. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * The parts of a tool that an agent or its model sees; other parts of the list, such as `_meta`, may change from call
 * to call.
 */
const SAID = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'];

/** `sha256:…` of the tool in canonical JSON (RFC 8785): key order and white space make no difference. */
export function digestOf(tool: { readonly [field: string]: unknown }): string {
    const said = Object.fromEntries(SAID.filter((key) => tool[key] !== undefined).map((key) => [key, tool[key]]));
    return `sha256:${hash(canonicalize(said) ?? '')}`;
}

/** Eight digits that detect changes to a text, except in line breaks and indentation. */
export function fingerprint(text: string): string {
    return hash(text.replace(/\s+/g, ' ').trim()).slice(0, 8);
}

function hash(text: string): string {
    return createHash('sha256').update(text).digest('hex');
}
