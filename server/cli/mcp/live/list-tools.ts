/**
 * Requests the tools of a running MCP server, with the SDK of the protocol. A separate bundle, which is not part of the
 * extension.
 */
import type { ChildProcess } from 'node:child_process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Failure, failureOf, type Heard } from './failures.js';
import { shownTarget, type Target } from './target.js';

export interface AskOptions {
    readonly version: string;
    /** How long to wait for each answer. */
    readonly timeoutMs: number;
}

/** Far more pages than any real server has: a server with endless pages is not followed forever. */
const MOST_PAGES = 1000;
/**
 * The maximum number of lines that are not messages: a server that writes them endlessly would keep the `timeoutMs`
 * timer from running.
 */
const MOST_JUNK = 1000;
/** A part of standard error: enough for a program's final message. */
const KEPT_ERRORS = 4000;

/** A `tools/list` result with all pages and the server's name, or the server that failed with the reason. */
export type Answer = { readonly list: object } | { readonly failure: Failure };

/** Never rejects. */
export async function listTools(target: Target, { version, timeoutMs }: AskOptions): Promise<Answer> {
    const heard: Heard = { errors: '' };
    const client = new Client({ name: 'guardrail', version });
    let junk = 0;
    client.onerror = (error) => {
        // A line that is not valid JSON, or JSON of another shape; a pipe failure is not a line.
        if (error instanceof SyntaxError || error.name === 'ZodError') {
            heard.junk ??= error;
            if (++junk === MOST_JUNK) {
                void client.close();
            }
        }
    };
    const connection = connectionTo(target, heard);
    try {
        await client.connect(connection.transport, { timeout: timeoutMs });
        const serverInfo = { name: target.name ?? client.getServerVersion()?.name };
        const tools = client.getServerCapabilities()?.tools ? await allPages(client, target, timeoutMs) : [];
        return { list: { serverInfo, tools } };
    } catch (error) {
        // Its last output may not have arrived yet.
        await new Promise((resolve) => setImmediate(resolve));
        return { failure: error instanceof EndlessList ? error.failure : failureOf(error, target, heard, timeoutMs) };
    } finally {
        const release = connection.release();
        await client.close().catch(() => undefined);
        release();
    }
}

/**
 * All tools as written by the server: the code that reads lists reports entries that are not tools, with their places.
 */
async function allPages(client: Client, target: Target, timeout: number): Promise<unknown[]> {
    const tools: unknown[] = [];
    const seen = new Set<unknown>();
    for (let cursor: unknown; ;) {
        const request = { method: 'tools/list', params: cursor === undefined ? {} : { cursor } };
        const page = await client.request(request, ResultSchema, { timeout });
        tools.push(...(Array.isArray(page['tools']) ? (page['tools'] as unknown[]) : []));
        cursor = page['nextCursor'];
        if (typeof cursor !== 'string' || cursor === '') {
            return tools;
        }
        if (seen.has(cursor) || seen.size >= MOST_PAGES) {
            throw new EndlessList(target);
        }
        seen.add(cursor);
    }
}

class EndlessList extends Error {
    readonly failure: Failure;

    constructor(target: Target) {
        super('the list of tools never ends');
        this.failure = {
            code: 'GR972',
            message: `the list of tools of ${shownTarget(target)} never ends: it gives the same page again`,
            help: 'Tell the author of the server that `nextCursor` is absent on the last page.'
        };
    }
}

interface Connection {
    readonly transport: Transport;
    /** Called before the connection is closed; its return value is called afterwards. */
    release(): () => void;
}

function connectionTo(target: Target, heard: Heard): Connection {
    if (target.kind === 'http') {
        const requestInit = { headers: { ...target.headers } };
        // The types of the library do not support exact optional properties.
        const transport = new StreamableHTTPClientTransport(target.url, { requestInit }) as Transport;
        return { transport, release: () => () => undefined };
    }
    const { command, args, env, cwd } = target;
    const transport = new StdioClientTransport({ command, args: [...args], env: { ...env }, cwd, stderr: 'pipe' });
    transport.stderr?.on('data', (chunk: Buffer) => {
        heard.errors = (heard.errors + chunk.toString()).slice(-KEPT_ERRORS);
    });
    return { transport, release: () => releaseOf(transport) };
}

/** A process that the server started and left behind may hold its pipes, which would keep this program from ending. */
function releaseOf(transport: StdioClientTransport): () => void {
    const { _process: child } = transport as unknown as { readonly _process?: ChildProcess };
    return () => [child?.stdin, child?.stdout, child?.stderr].forEach((stream) => stream?.destroy());
}
