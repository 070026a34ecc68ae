/**
 * Requests the tools of a running MCP server, with the SDK of the protocol. A separate bundle, which is not part of the
 * extension.
 */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
    Client,
    ProtocolError,
    ProtocolErrorCode,
    SdkHttpError,
    StreamableHTTPClientTransport,
    type Transport,
    type VersionNegotiationMode
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { ResultSchema } from '@modelcontextprotocol/core';
import { type Failure, failureOf, type Heard } from './failures.js';
import { shownTarget, type StdioTarget, type Target } from './target.js';

export interface AskOptions {
    readonly version: string;
    /** The time to wait for each response. */
    readonly timeoutMs: number;
}

/** Far more pages than any real server has: a server with endless pages is not followed forever. */
const MOST_PAGES = 1000;
const NEWER_PROTOCOL = '2026-07-28';
/** A `tools/list` result with all pages and the server's name, or the server that failed with the reason. */
export type Answer = { readonly list: object } | { readonly failure: Failure };

/** Never rejects. */
export async function listTools(target: Target, { version, timeoutMs }: AskOptions): Promise<Answer> {
    const heard: Heard = { errors: '' };
    let client: Client | undefined;
    const connect = async (mode: VersionNegotiationMode): Promise<Client> => {
        client = new Client({ name: 'guardrail', version }, { versionNegotiation: { mode } });
        client.onerror = (error) => {
            // Reports JSON that is not a message; a broken pipe is reported here too, but is not such a problem.
            if (error.name === '$ZodError') {
                heard.junk ??= error;
            }
        };
        await client.connect(transportTo(target, heard), { timeout: timeoutMs });
        return client;
    };
    try {
        const connected = await connect('legacy').catch(async (error: unknown) => {
            if (!wantsNewerProtocol(error)) {
                throw error;
            }
            await client?.close();
            return connect({ pin: NEWER_PROTOCOL });
        });
        const serverInfo = { name: target.name ?? connected.getServerVersion()?.name };
        const tools = connected.getServerCapabilities()?.tools ? await allPages(connected, target, timeoutMs) : [];
        return { list: { serverInfo, tools } };
    } catch (error) {
        // Its last output may not have arrived yet.
        await new Promise((resolve) => setImmediate(resolve));
        return { failure: error instanceof EndlessList ? error.failure : failureOf(error, target, heard, timeoutMs) };
    } finally {
        await client?.close().catch(() => undefined);
    }
}

/**
 * True if the server speaks only the newer protocol. The older one is tried first because nearly all servers speak it,
 * and some end when their first request is another.
 */
function wantsNewerProtocol(error: unknown): boolean {
    return (
        (error instanceof ProtocolError && error.code === Number(ProtocolErrorCode.UnsupportedProtocolVersion)) ||
        (error instanceof SdkHttpError && error.status === 400)
    );
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
            message: `the list of tools of ${shownTarget(target)} never ends: the same page comes again`,
            help: 'Tell the author of the server that `nextCursor` is absent on the last page.'
        };
    }
}

function transportTo(target: Target, heard: Heard): Transport {
    return target.kind === 'http'
        ? new StreamableHTTPClientTransport(target.url, { requestInit: { headers: { ...target.headers } } })
        : new ServerProcess(target, heard);
}

/** A part of standard error: enough for a program's final message. */
const KEPT_ERRORS = 4000;
/** The maximum number of lines that are not messages: a server that writes them endlessly would never be timed out. */
const MOST_JUNK = 1000;

/** An MCP server as a child process, and its output other than messages. */
class ServerProcess extends StdioClientTransport {
    constructor(
        { command, args, env, cwd }: StdioTarget,
        private readonly heard: Heard
    ) {
        super({ command, args: [...args], env: { ...env }, cwd, stderr: 'pipe' });
        this.stderr?.on('data', (chunk: Buffer) => {
            heard.errors = (heard.errors + chunk.toString()).slice(-KEPT_ERRORS);
        });
    }

    override async start(): Promise<void> {
        await super.start();
        const { stdout } = this.child!;
        let junk = 0;
        // The library skips lines that are not valid JSON without reporting them.
        createInterface({ input: stdout! }).on('line', (line) => {
            try {
                JSON.parse(line);
            } catch (error) {
                this.heard.junk ??= error as Error;
                if (++junk === MOST_JUNK) {
                    void this.close();
                }
            }
        });
    }

    /** A process that the server started and left behind may hold its pipes, which would keep this program from ending. */
    override async close(): Promise<void> {
        const { child } = this;
        await super.close();
        [child?.stdin, child?.stdout, child?.stderr].forEach((stream) => stream?.destroy());
    }

    private get child(): ChildProcess | undefined {
        return (this as unknown as { readonly _process?: ChildProcess })._process;
    }
}
