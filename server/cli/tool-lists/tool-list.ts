/** The formats of MCP tool lists, all converted to one. */
import { isTooDeep, MAX_JSON_DEPTH } from '../../../language/text/json-text.js';
import { CodedError } from '../../workspace/errors.js';
import { digestOf } from '../../workspace/tool-digest.js';
import { isObject, type Json } from './values.js';

export interface McpTool {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema?: unknown;
    readonly annotations: McpAnnotations;
    /** A digest of the server's complete definition of the tool. */
    readonly digest: string;
    /** That definition. */
    readonly definition: Json;
}

/** `undefined` if the server does not state it. */
export interface McpAnnotations {
    readonly readOnlyHint?: boolean;
    readonly destructiveHint?: boolean;
    readonly idempotentHint?: boolean;
    readonly openWorldHint?: boolean;
}

export interface McpServer {
    /** The name of the server; absent for a bare list of tools, because `tools/list` does not name the server. */
    readonly name?: string;
    readonly tools: readonly McpTool[];
    /** True if the list is one page of several. */
    readonly incomplete: boolean;
}

/**
 * Reads a `tools/list` result, the JSON-RPC response around it, a bare array of tools, or several servers: an array of
 * `{ server, tools }`, or a map from server names to lists.
 */
export function readToolLists(data: unknown): McpServer[] {
    if (Array.isArray(data)) {
        return data.length > 0 && data.every(isServerEntry)
            ? data.map((entry, i) => readServer(serverName(entry), entry, `[${i}]`))
            : [readServer(undefined, { tools: data }, '')];
    }
    if (!isObject(data)) {
        throw notAList('it is neither an object nor an array');
    }
    if (isObject(data['mcpServers'])) {
        throw new CodedError(
            'GR908',
            'this is the configuration of a client, not a list of MCP tools',
            'Give it with --config: its servers are asked.'
        );
    }
    if ('tools' in data) {
        return [readServer(serverName(data), data, '')];
    }
    if (isObject(data['error']) && 'jsonrpc' in data) {
        throw notAList(`it is an error response of the server: ${String(data['error']['message'])}`);
    }
    if (isObject(data['result'])) {
        return readToolLists(data['result']);
    }
    if ('servers' in data) {
        return readToolLists(data['servers']);
    }
    const entries = Object.entries(data);
    if (entries.length === 0) {
        throw notAList('it is an empty object');
    }
    return entries.map(([name, list]) => readServer(name, Array.isArray(list) ? { tools: list } : list, name));
}

function readServer(name: string | undefined, list: unknown, place: string): McpServer {
    if (!isObject(list) || !Array.isArray(list['tools'])) {
        throw notAList(`\`${place ? `${place}.` : ''}tools\` is not an array`);
    }
    if (name === '') {
        throw notAList('a server has an empty name');
    }
    const tools = list['tools'].map((tool, i) => readTool(tool, `${place ? `${place}.` : ''}tools[${i}]`));
    const seen = new Set<string>();
    for (const tool of tools) {
        if (seen.has(tool.name)) {
            throw notAList(`the tool "${tool.name}" is listed twice`);
        }
        seen.add(tool.name);
    }
    const incomplete = typeof list['nextCursor'] === 'string' && list['nextCursor'] !== '';
    return { ...(name === undefined ? {} : { name }), tools, incomplete };
}

function readTool(tool: unknown, place: string): McpTool {
    if (!isObject(tool)) {
        throw notAList(`\`${place}\` is not an object`);
    }
    const name = tool['name'];
    if (typeof name !== 'string' || name === '') {
        throw notAList(`\`${place}.name\` is not a text`);
    }
    if (isTooDeep(tool)) {
        throw notAList(`\`${place}\` is nested more than ${MAX_JSON_DEPTH} levels deep`);
    }
    const description = text(tool['description']) ?? text(tool['title']);
    return {
        name,
        ...(description === undefined ? {} : { description }),
        inputSchema: tool['inputSchema'],
        annotations: readAnnotations(tool['annotations']),
        digest: digestAt(place, tool),
        definition: tool
    };
}

function digestAt(place: string, tool: Json): string {
    try {
        return digestOf(tool);
    } catch {
        // Canonical JSON allows neither, so that two programs may read the tool differently.
        throw notAList(`\`${place}\` has a number beyond the largest, or half of a character`);
    }
}

function readAnnotations(annotations: unknown): McpAnnotations {
    if (!isObject(annotations)) {
        return {};
    }
    const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
    return Object.fromEntries(
        hints.filter((hint) => typeof annotations[hint] === 'boolean').map((hint) => [hint, annotations[hint]])
    );
}

function isServerEntry(entry: unknown): entry is Json {
    return isObject(entry) && Array.isArray(entry['tools']);
}

function serverName(entry: Json): string | undefined {
    const info = entry['serverInfo'];
    return text(entry['server']) ?? text(entry['name']) ?? (isObject(info) ? text(info['name']) : undefined);
}

function text(value: unknown): string | undefined {
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function notAList(what: string): CodedError {
    return new CodedError(
        'GR908',
        `this is not a list of MCP tools: ${what}`,
        'Give the answer of a server to `tools/list`, an array of its tools, or `{ "NAME": { "tools": […] } }` for several servers.'
    );
}
