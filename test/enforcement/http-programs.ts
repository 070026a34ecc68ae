/**
 * Runs real programs over HTTP on the loopback address: servers, the gateway as shipped, and clients of both protocol
 * eras.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';
import { CLI } from '../cli/guardrail.js';

const libraries = fileURLToPath(new URL('../../node_modules/@modelcontextprotocol/', import.meta.url));

/** The program ends with the test, unless the caller ends it earlier. */
export interface Program {
    readonly child: ChildProcess;
    /** The standard error so far. */
    readonly errors: () => string;
}

export function started(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Program {
    const [program, ...args] = command;
    const child = spawn(program!, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    onTestFinished(async () => {
        if (child.exitCode === null && child.signalCode === null) {
            child.kill('SIGKILL');
            await once(child, 'close');
        }
    });
    return { child, errors: () => errors };
}

/** Rejects if the program ends first. */
async function until({ child, errors }: Program, isReady: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        const look = (): void => {
            if (isReady()) {
                resolve();
            }
        };
        child.stderr!.on('data', look);
        child.once('close', () => reject(new Error(`the program ended: ${errors()}`)));
        look();
    });
}

/** The address of server-everything, which speaks the protocols with connections. */
export async function everything(cwd: string): Promise<string> {
    const port = await freePort();
    const command = [process.execPath, join(libraries, 'server-everything/dist/index.js'), 'streamableHttp'];
    const program = started(command, cwd, { PORT: String(port) });
    await until(program, () => program.errors().includes('listening'));
    return `http://127.0.0.1:${port}/mcp`;
}

/**
 * The address of a server that supports every protocol version, including 2026-07-28; a new server is created for each
 * request.
 */
export async function serverOf(make: () => McpServer): Promise<string> {
    const handler = createMcpHandler(make);
    const serve = toNodeHandler(handler);
    const server = createServer((request, response) => void serve(request as Parameters<typeof serve>[0], response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
        server.close();
        await handler.close();
        server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

export interface Gateway extends Program {
    /** The address of a server at the gateway. */
    readonly at: (server: string) => URL;
}

const STATE = ['--policy', 'policy.guardrail', '--state', 'state'];

/**
 * The gateway over HTTP, once it serves; its logs are in `state` of the folder.
 *
 * @param limit the largest size of a file that it can write, in blocks of the shell
 */
export async function gatewayOver(...starting: Parameters<typeof gatewayStarting>): Promise<Gateway> {
    return gatewayStarting(...starting).ready;
}

/** The same, before it serves. `ready` rejects if it ends first. */
export function gatewayStarting(
    upstreams: Readonly<Record<string, string>>,
    cwd: string,
    flags: readonly string[],
    { limit, env }: { readonly limit?: number; readonly env?: Readonly<Record<string, string>> } = {}
): { readonly child: ChildProcess; readonly ready: Promise<Gateway> } {
    const named = Object.entries(upstreams).flatMap(([name, url]) => ['--upstream', `${name}=${url}`]);
    const command = [process.execPath, CLI, 'gateway', '--listen', '0', ...named, ...STATE, ...flags];
    const limited = ['sh', '-c', `trap '' XFSZ; ulimit -f ${limit}; exec "$@"`, 'sh', ...command];
    const program = started(limit === undefined ? command : limited, cwd, env);
    const found = (): RegExpMatchArray[] => [...program.errors().matchAll(/the server (\S+) is at (\S+)\n/g)];
    const ready = until(program, () => found().length === Object.keys(upstreams).length).then(() => {
        const addresses = new Map(found().map(([, name, address]) => [name!, address!]));
        return { ...program, at: (server: string) => new URL(addresses.get(server)!) };
    });
    return { child: program.child, ready };
}

export const LEGACY = 'legacy';
export const MODERN = { pin: '2026-07-28' } as const;

/** A connected client, which is closed at the end of the test. */
export async function clientAt(
    url: URL | string,
    mode: VersionNegotiationMode,
    headers: Readonly<Record<string, string>> = {},
    prepare: (client: Client) => void = () => undefined
): Promise<{ readonly client: Client; readonly transport: StreamableHTTPClientTransport }> {
    const client = new Client(
        { name: 'test', version: '1' },
        {
            versionNegotiation: { mode },
            capabilities: { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } }
        }
    );
    prepare(client);
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
    await client.connect(transport);
    onTestFinished(() => client.close());
    return { client, transport };
}

/** Makes a call of protocol version 2026-07-28 without a client library. */
export async function modernCall(
    url: URL,
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
    headers: Readonly<Record<string, string>> = {}
): Promise<{ readonly result?: Readonly<Record<string, unknown>>; readonly error?: { readonly code: number } }> {
    const _meta = {
        'io.modelcontextprotocol/protocolVersion': MODERN.pin,
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {}
    };
    const answer = await fetch(url, {
        method: 'POST',
        ...(signal && { signal }),
        headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'mcp-protocol-version': MODERN.pin,
            'mcp-method': 'tools/call',
            'mcp-name': name,
            ...headers
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, _meta } })
    });
    const text = await answer.text();
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
    // The last event of a stream is the answer.
    const message = isStream ? text.slice(text.lastIndexOf('data: ') + 'data: '.length) : text;
    return JSON.parse(message) as Awaited<ReturnType<typeof modernCall>>;
}

/** The text of a tool's answer. */
export function textOf({ content }: { readonly content?: unknown }): string {
    return (content as readonly { readonly text: string }[]).map(({ text }) => text).join('\n');
}

export async function freePort(): Promise<number> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
}
