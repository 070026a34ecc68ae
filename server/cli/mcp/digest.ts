/** Digests of tools: of what a server said, and of what the import wrote. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from './values.js';

/**
 * The parts of a tool that an agent or its model sees; other parts of the list, such as `_meta`, may change from call
 * to call.
 */
const SAID = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'];

/** `sha256:…` of the tool in canonical JSON (RFC 8785): the order of its keys, and white space, are not difference. */
export function digestOf(tool: Json): string {
    const said = Object.fromEntries(SAID.filter((key) => tool[key] !== undefined).map((key) => [key, tool[key]]));
    return `sha256:${hash(canonicalize(said) ?? '')}`;
}

/** Eight digits that tell whether someone has changed a text, whatever its line breaks and indentation are. */
export function fingerprint(text: string): string {
    return hash(text.replace(/\s+/g, ' ').trim()).slice(0, 8);
}

function hash(text: string): string {
    return createHash('sha256').update(text).digest('hex');
}
