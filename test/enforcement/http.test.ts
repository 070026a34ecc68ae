/** Tests the gateway over HTTP, between real clients and servers of both protocol eras. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Client, VersionNegotiationMode } from '@modelcontextprotocol/client';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';
import { clientAt, everything, gatewayOver, LEGACY, MODERN, modernCall, serverOf, textOf } from './http-programs.js';
import { eventually } from '../support/eventually.js';

const NOTES = `policy Notes
label private
agent assistant
human me

server notes {
  tool read(name: string) readonly reads private
  tool write(name: string, text: string)
}
server mail {
  tool send(to: string) external
}

allow assistant: notes.*, mail.*
deny mail.send when carries private because "the notes are private"
deny notes.write when name == "locked"
withhold result of notes.read when name == "secret"

claim "notes do not leave": no flow from private to external tools
`;
const STATELESS = `policy Plain
agent assistant
server notes {
  tool read(name: string) readonly
  tool write(name: string, text: string)
}
allow assistant: notes.*
deny notes.write when name == "locked"
`;

/** The requests that a server received. */
interface Made {
    readonly calls: string[];
    readonly headers: Headers[];
}

function texts<T>(...names: string[]) {
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return fromJsonSchema<T>({ type: 'object', properties, required: names });
}

function notesServer({ calls }: Made): McpServer {
    const server = new McpServer({ name: 'notes', version: '1' });
    server.registerTool('read', { inputSchema: texts<{ name: string }>('name') }, ({ name }) => {
        calls.push(`read ${name}`);
        return { content: [{ type: 'text' as const, text: `note ${name}` }] };
    });
    server.registerTool('write', { inputSchema: texts<{ name: string; text: string }>('name', 'text') }, ({ name }) => {
        calls.push(`write ${name}`);
        return { content: [{ type: 'text' as const, text: 'written' }] };
    });
    return server;
}

function mailServer({ calls }: Made): McpServer {
    const server = new McpServer({ name: 'mail', version: '1' });
    server.registerTool('send', { inputSchema: texts<{ to: string }>('to') }, ({ to }) => {
        calls.push(`send ${to}`);
        return { content: [{ type: 'text' as const, text: 'sent' }] };
    });
    return server;
}

/** @param notes the address of the server, if it is not ours */
async function between(flags: readonly string[], policy = NOTES, notes?: string) {
    const there = folder({ 'policy.guardrail': policy });
    const made: Made = { calls: [], headers: [] };
    const upstreams = {
        notes: notes ?? (await serverOf(() => notesServer(made))),
        ...(policy === NOTES && { mail: await serverOf(() => mailServer(made)) })
    };
    const gateway = await gatewayOver(upstreams, there, flags);
    const log = (): Record<string, unknown>[] =>
        readFileSync(join(there, 'state', 'http.jsonl'), 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { there, made, gateway, log };
}

const traced = (digit: string) => ({ traceparent: `00-${digit.repeat(32)}-${'1'.repeat(16)}-01` });
const call = (client: Client, name: string, args: Record<string, unknown>) =>
    client.callTool({ name, arguments: args });

const ERAS: [string, VersionNegotiationMode][] = [
    ['with connections', LEGACY],
    ['of 2026-07-28', MODERN]
];

describe.each(ERAS)('a client %s', (_, mode) => {
    test('gets results, denials and withheld results, and the server gets only what is allowed', async () => {
        const { made, gateway, log } = await between(['--session-by', 'traceparent']);
        const { client } = await clientAt(gateway.at('notes'), mode, traced('a'));
        expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['read', 'write']);
        expect(textOf(await call(client, 'read', { name: 'plan' }))).toBe('note plan');
        const denied = await call(client, 'write', { name: 'locked', text: 'x' });
        expect(denied).toMatchObject({ isError: true });
        expect(textOf(denied)).toContain('deny notes.write when name == "locked"');
        const withheld = await call(client, 'read', { name: 'secret' });
        expect(withheld).toMatchObject({ isError: true });
        expect(textOf(withheld)).not.toContain('note secret');
        expect(made.calls).toEqual(['read plan', 'read secret']);
        expect(new Set(log().flatMap(({ session }) => (typeof session === 'string' ? [session] : [])))).toEqual(
            new Set([`trace:${'a'.repeat(32)}`])
        );
    });

    test('has one session at several servers, and other clients have others', async () => {
        const { made, gateway } = await between(['--session-by', 'traceparent']);
        const at = async (server: string, digit: string): Promise<Client> =>
            (await clientAt(gateway.at(server), mode, traced(digit))).client;
        await call(await at('notes', 'a'), 'read', { name: 'plan' });
        const denied = await call(await at('mail', 'a'), 'send', { to: 'eve' });
        expect(textOf(denied)).toContain('the notes are private');
        expect(textOf(await call(await at('mail', 'b'), 'send', { to: 'bob' }))).toBe('sent');
        expect(made.calls).toEqual(['read plan', 'send bob']);
    });

    test('that names no session is denied where sessions matter', async () => {
        const { made, gateway, log } = await between(['--session-by', 'header:x-conversation']);
        const { client } = await clientAt(gateway.at('notes'), mode);
        const denied = await call(client, 'read', { name: 'plan' });
        expect(denied).toMatchObject({ isError: true });
        expect(textOf(denied)).toContain('--session-by');
        const named = await clientAt(gateway.at('notes'), mode, { 'X-Conversation': '7' });
        expect(textOf(await call(named.client, 'read', { name: 'plan' }))).toBe('note plan');
        expect(made.calls).toEqual(['read plan']);
        expect(log().at(-1)).toMatchObject({ type: 'result', session: 'x-conversation:7' });
    });

    test('needs no session if no rule asks for one', async () => {
        const { gateway } = await between([], STATELESS);
        const { client } = await clientAt(gateway.at('notes'), mode);
        expect(textOf(await call(client, 'write', { name: 'locked', text: 'x' }))).toContain('deny notes.write');
        expect(textOf(await call(client, 'write', { name: 'open', text: 'x' }))).toBe('written');
    });

    test('is answered when calls are parallel', async () => {
        const { gateway } = await between(['--session', 'one']);
        const clients = await Promise.all([1, 2, 3].map(() => clientAt(gateway.at('notes'), mode)));
        const texts = await Promise.all(
            clients.flatMap(({ client }, one) =>
                Array.from({ length: 20 }, async (_unused, two) =>
                    textOf(await call(client, 'read', { name: `${one}-${two}` }))
                )
            )
        );
        expect(texts).toEqual(
            [0, 1, 2].flatMap((one) => Array.from({ length: 20 }, (_unused, two) => `note ${one}-${two}`))
        );
    });
});

test('a connection can be the session, which ends with it', async () => {
    const { gateway, log } = await between(['--session-by', 'connection'], STATELESS);
    const { client, transport } = await clientAt(gateway.at('notes'), LEGACY);
    await call(client, 'read', { name: 'plan' });
    await transport.terminateSession();
    await eventually(() => expect(log().at(-1)).toMatchObject({ type: 'end' }));
    const sessions = log().flatMap(({ session }) => (typeof session === 'string' ? [session] : []));
    expect(new Set(sessions).size).toBe(1);
    expect(sessions[0]).toMatch(/^connection:/);
});

test('a client that lost the stream of its connection opens it again at once', { timeout: 60_000 }, async () => {
    const { gateway } = await between(['--session-by', 'connection'], STATELESS);
    const { transport } = await clientAt(gateway.at('notes'), LEGACY);
    // The client of the library has opened the first stream. Nothing is sent for 15 seconds on such a stream.
    await transport.close();
    for (let attempt = 0; attempt < 6; attempt++) {
        const lost = new AbortController();
        await eventually(async () => {
            const { status } = await fetch(gateway.at('notes'), {
                headers: { accept: 'text/event-stream', 'mcp-session-id': transport.sessionId! },
                signal: lost.signal
            });
            expect(status).toBe(200);
        });
        lost.abort();
    }
});

test('a policy that asks what happened before does not start without sessions', async () => {
    const there = folder({ 'policy.guardrail': NOTES });
    const refused = await guardrail(
        [
            'gateway',
            '--policy',
            'policy.guardrail',
            '--listen',
            '0',
            '--upstream',
            'notes=http://127.0.0.1:1/mcp',
            '--state',
            'state'
        ],
        {
            cwd: there
        }
    );
    expect(refused).toMatchObject({ code: 2 });
    const text = refused.stderr.replaceAll(/\s+/g, ' ');
    expect(text).toContain('GR998');
    expect(text).toContain('deny mail.send when carries private because "the notes are private" (line 15)');
    expect(text).not.toContain('withhold');
});

test('a changed policy decides over HTTP too', async () => {
    const { there, gateway } = await between(['--reload', 'all'], STATELESS);
    const { client } = await clientAt(gateway.at('notes'), MODERN);
    expect(textOf(await call(client, 'read', { name: 'a' }))).toBe('note a');
    const file = join(there, 'policy.guardrail');
    writeFileSync(file, `${STATELESS}deny notes.read\n`);
    expect(textOf(await call(client, 'read', { name: 'a' }))).toContain('deny notes.read');
    // The rule would need the session, which nothing names.
    writeFileSync(file, `${STATELESS}limit notes.read to 1\n`);
    expect(textOf(await call(client, 'read', { name: 'a' }))).toContain('deny notes.read');
    expect(gateway.errors()).toContain('GR998');
});

describe('a request is refused', () => {
    const post = (url: URL, headers: Record<string, string>, body: string): Promise<number> =>
        new Promise((resolve, reject) => {
            const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
            sent.on('response', (answer) => {
                answer.resume();
                resolve(answer.statusCode!);
            });
            sent.on('error', reject);
            sent.end(body);
        });
    const message = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'read', arguments: { name: 'x' } }
    });
    const cases: [string, Record<string, string>, string, number][] = [
        ['with the name of another machine (DNS rebinding)', { host: 'evil.example' }, message, 403],
        ['from a page of another site', { origin: 'https://evil.example' }, message, 403],
        ['that is not JSON', {}, '{', 400],
        ['of another type', { 'content-type': 'text/plain' }, message, 415],
        ['with a batch', {}, `[${message}]`, 400],
        ['without a connection', {}, message, 400],
        ['with an unknown connection', { 'mcp-session-id': 'x' }, message, 404],
        ['that is too large', {}, JSON.stringify({ text: 'x'.repeat(17 * 1024 * 1024) }), 413]
    ];
    test('that no client would send', async () => {
        const { made, gateway } = await between(['--session', 'one']);
        for (const [what, headers, body, status] of cases) {
            expect([what, await post(gateway.at('notes'), headers, body)]).toEqual([what, status]);
        }
        expect(made.calls).toEqual([]);
    });
});

test('server-everything answers its client over HTTP as without the gateway', async () => {
    const there = folder({
        'policy.guardrail': 'policy All\nimport "./tools.guardrail"\nagent assistant\nallow assistant: all.*\n'
    });
    const url = await everything(there);
    const heard: unknown[] = [];
    const prepare = (client: Client): void => {
        client.setRequestHandler('sampling/createMessage', (asked) => {
            heard.push(asked.params);
            return { model: 'm', role: 'assistant' as const, content: { type: 'text' as const, text: 'sampled' } };
        });
        client.setRequestHandler('elicitation/create', (asked) => {
            heard.push(asked.params);
            return { action: 'decline' as const };
        });
        client.setRequestHandler('roots/list', () => ({ roots: [] }));
    };
    const direct = await clientAt(url, LEGACY, {}, prepare);
    const listed = await direct.client.listTools();
    writeFileSync(join(there, 'tools.json'), JSON.stringify(listed));
    expect(
        await guardrail(['import', 'mcp', 'tools.json', '-o', 'tools.guardrail', '--server', 'all'], { cwd: there })
    ).toMatchObject({ code: 0 });
    const gateway = await gatewayOver({ all: url }, there, ['--session-by', 'connection']);
    const proxied = await clientAt(gateway.at('all'), LEGACY, {}, prepare);
    const work = async ({ client }: { readonly client: Client }): Promise<unknown> => {
        const progress: unknown[] = [];
        heard.length = 0;
        const tools = await client.listTools();
        const { prompts } = await client.listPrompts();
        const { resources } = await client.listResources();
        const run = (name: string, args: Record<string, unknown> = {}) =>
            client
                .callTool({ name, arguments: args }, { onprogress: (one) => progress.push(one) })
                .catch((error: unknown) => String(error));
        const results = [
            await run('echo', { message: 'a "quoted"\u2028 text\nand 😀' }),
            await run('get-structured-content', { location: 'New York' }),
            await run('get-tiny-image'),
            await run('trigger-long-running-operation', { duration: 0.4, steps: 2 }),
            await run('trigger-sampling-request', { prompt: 'p', maxTokens: 5 }),
            await run('trigger-elicitation-request')
        ];
        const read = await client.readResource({ uri: resources[0]!.uri });
        const about = [client.getServerVersion(), client.getServerCapabilities(), client.getInstructions()];
        return structuredClone({ about, tools, prompts, resources, read, results, progress, heard });
    };
    const expected = await work(direct);
    expect(await work(proxied)).toEqual(expected);
    expect(expected).toMatchObject({ progress: { length: 2 }, heard: { length: 2 } });
});

test('a server that is not there answers with an error, and the call is lost', async () => {
    const { gateway, log } = await between(['--session', 'one'], STATELESS, 'http://127.0.0.1:9/mcp');
    const answer = await modernCall(gateway.at('notes'), 'write', { name: 'a', text: 'b' });
    expect(answer).toMatchObject({ error: { code: -32000 } });
    expect(log().map(({ type }) => type)).toEqual(['gateway', 'call', 'lost']);
});

test('two gateways do not listen at one port, and not on one log', async () => {
    const { there, gateway } = await between(['--session', 'one']);
    const { port } = gateway.at('notes');
    const run = (cwd: string, listen: string) =>
        guardrail(
            [
                'gateway',
                '--policy',
                'policy.guardrail',
                '--listen',
                listen,
                '--upstream',
                'notes=http://127.0.0.1:9/mcp',
                '--state',
                'state',
                '--session',
                'other'
            ],
            { cwd }
        );
    expect(await run(folder({ 'policy.guardrail': NOTES }), port)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining('GR989') as string
    });
    expect(await run(there, '0')).toMatchObject({ code: 2, stderr: expect.stringContaining('GR990') as string });
});
