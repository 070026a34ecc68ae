/** Tests that a client and a server, both as shipped, behave the same with and without the gateway between them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLI, folder, guardrail } from '../cli/guardrail.js';
import { sharedFolder } from './policies.js';

const libraries = fileURLToPath(new URL('../../node_modules/@modelcontextprotocol/', import.meta.url));
const EVERYTHING = [process.execPath, join(libraries, 'server-everything/dist/index.js'), 'stdio'];
const FILES = [process.execPath, join(libraries, 'server-filesystem/dist/index.js'), '.'];
/** The server's memory is in the folder where it runs; without this variable it would be beside its program. */
const MEMORY = [
    process.execPath,
    '--input-type=module',
    '--eval',
    `process.env.MEMORY_FILE_PATH = process.cwd() + '/memory.jsonl'; await import(${JSON.stringify(
        pathToFileURL(join(libraries, 'server-memory/dist/index.js')).href
    )});`
];
const ASSISTANT = [process.execPath, CLI, 'mcp'];

const POLICY = `policy All
import "./tools.guardrail"
agent assistant
allow assistant: all.*
`;

/** A folder with a policy that allows every tool of the server. */
async function allowing(
    command: readonly string[],
    there: string = folder({ 'all.guardrail': POLICY }),
    mode: VersionNegotiationMode = 'legacy'
): Promise<string> {
    // A server may list more tools to a client with more capabilities.
    const { result } = await asClient(command, there, (client) => client.listTools(), mode);
    writeFileSync(join(there, 'tools.json'), JSON.stringify(result));
    const imported = await guardrail(['import', 'mcp', 'tools.json', '-o', 'tools.guardrail', '--server', 'all'], {
        cwd: there
    });
    expect(imported).toMatchObject({ code: 0 });
    return there;
}

const throughGateway = (command: readonly string[]): string[] => [
    process.execPath,
    CLI,
    'gateway',
    '--policy',
    'all.guardrail',
    '--state',
    'state',
    '--',
    ...command
];

/** The lines of all sessions: a client may start the server more than once, to ask for its protocol. */
const logIn = (there: string): Record<string, unknown>[] =>
    readdirSync(join(there, 'state'))
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) =>
            readFileSync(join(there, 'state', name), 'utf8')
                .trimEnd()
                .split('\n')
        )
        .map((line) => JSON.parse(line) as Record<string, unknown>);

const HEARD = new Set(['notifications/progress', 'sampling/createMessage', 'elicitation/create']);

/** Runs `work` as a client, and records the requests and notifications of the server. */
async function asClient<T>(
    [command, ...args]: readonly string[],
    cwd: string,
    work: (client: Client) => Promise<T>,
    mode: VersionNegotiationMode = 'legacy'
): Promise<{ readonly result: T; readonly heard: readonly unknown[] }> {
    const heard: unknown[] = [];
    const client = new Client(
        { name: 'test', version: '1' },
        {
            versionNegotiation: { mode },
            capabilities: { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } }
        }
    );
    client.setRequestHandler('sampling/createMessage', () => ({
        model: 'm',
        role: 'assistant' as const,
        content: { type: 'text' as const, text: 'sampled' }
    }));
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }));
    client.setRequestHandler('roots/list', () => ({ roots: [] }));
    const transport = new StdioClientTransport({ command: command!, args, cwd, stderr: 'ignore' });
    await client.connect(transport);
    // A client drops progress that it handles after the result, so messages are recorded on the wire.
    const handle = transport.onmessage;
    transport.onmessage = (message) => {
        if ('method' in message && HEARD.has(message.method)) {
            heard.push([message.method, message.params]);
        }
        handle?.(message);
    };
    try {
        return { result: await work(client), heard };
    } finally {
        await client.close();
    }
}

/** The results, including errors. */
async function settled(all: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
    const results: unknown[] = [];
    for (const one of all) {
        results.push(await one().catch((error: unknown) => String(error)));
    }
    return results;
}

describe('server-everything', () => {
    const there = sharedFolder({ 'all.guardrail': POLICY });
    beforeAll(async () => {
        await allowing(EVERYTHING, there);
    });

    test('answers everything in the same way', async () => {
        const work = async (client: Client): Promise<unknown> => {
            const call = (name: string, args: Record<string, unknown> = {}) =>
                client.callTool({ name, arguments: args }, { onprogress: () => undefined });
            const { tools } = await client.listTools();
            const { prompts } = await client.listPrompts();
            const { resources } = await client.listResources();
            return settled([
                () =>
                    Promise.resolve([
                        client.getServerVersion(),
                        client.getServerCapabilities(),
                        client.getInstructions()
                    ]),
                () => Promise.resolve([tools, prompts, resources]),
                () => client.ping(),
                () => client.listResourceTemplates(),
                ...resources.slice(0, 3).map(
                    ({ uri }) =>
                        () =>
                            client.readResource({ uri })
                ),
                () => client.readResource({ uri: 'demo://nowhere' }),
                ...prompts.map(
                    ({ name }) =>
                        () =>
                            client.getPrompt({ name, arguments: { city: 'Rome', resourceId: '1' } })
                ),
                () => call('echo', { message: 'a "quoted"\u2028 text\nand 😀' }),
                () => call('get-sum', { a: 1, b: 2.5 }),
                () => call('get-structured-content', { location: 'New York' }),
                () => call('get-annotated-message', { messageType: 'error', includeImage: true }),
                () => call('get-tiny-image'),
                () => call('get-resource-links', { count: 2 }),
                () => call('trigger-long-running-operation', { duration: 0.2, steps: 2 }),
                () => call('trigger-sampling-request', { prompt: 'p', maxTokens: 5 }),
                () => call('trigger-elicitation-request')
            ]);
        };
        const direct = await asClient(EVERYTHING, there, work);
        const proxied = await asClient(throughGateway(EVERYTHING), there, work);
        expect(proxied).toEqual(direct);
        // The server sent a request to its client, and reported progress.
        expect(direct.heard.length).toBeGreaterThan(3);
        const answered = logIn(there).filter(({ type }) => type === 'result' || type === 'error');
        expect(answered).toHaveLength(logIn(there).filter(({ type }) => type === 'call').length);
    });

    test('answers parallel calls, and a cancelled one is lost', async () => {
        const state = await allowing(EVERYTHING);
        const { result } = await asClient(throughGateway(EVERYTHING), state, async (client) => {
            const cancelling = new AbortController();
            const long = client.callTool(
                { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 60 } },
                { signal: cancelling.signal, onprogress: () => cancelling.abort() }
            );
            const all = await Promise.all(
                Array.from({ length: 50 }, (_, index) =>
                    client.callTool({ name: 'echo', arguments: { message: String(index) } })
                )
            );
            await expect(long).rejects.toThrow();
            return all.map(({ content }) => (content as { text: string }[])[0]!.text);
        });
        expect(result).toEqual(Array.from({ length: 50 }, (_, index) => `Echo: ${index}`));
        expect(logIn(state).filter(({ type }) => type === 'lost')).toHaveLength(1);
    });
});

test('a large file is read and written as without the gateway', async () => {
    const there = await allowing(FILES);
    const text = Array.from({ length: 200_000 }, (_, line) => `line ${line} 😀`).join('\n');
    writeFileSync(join(there, 'large.txt'), text);
    mkdirSync(join(there, 'new'));
    const { result } = await asClient(throughGateway(FILES), there, async (client) => {
        const read = await client.callTool({ name: 'read_text_file', arguments: { path: 'large.txt' } });
        await client.callTool({ name: 'write_file', arguments: { path: 'new/copy.txt', content: text } });
        return (read.content as { text: string }[])[0]!.text;
    });
    expect(result === text).toBe(true);
    expect(readFileSync(join(there, 'new/copy.txt'), 'utf8') === text).toBe(true);
});

test('server-memory remembers the same, and answers in the same way', async () => {
    const relation = { from: 'Ada', to: 'Bob', relationType: 'knows' };
    const ada = { name: 'Ada', entityType: 'person', observations: ['reads', 'writes "quoted" 😀'] };
    const calls: [name: string, args: Record<string, unknown>][] = [
        ['create_entities', { entities: [ada, { name: 'Bob', entityType: 'person', observations: [] }] }],
        ['create_relations', { relations: [relation] }],
        ['add_observations', { observations: [{ entityName: 'Bob', contents: ['sleeps'] }] }],
        ['add_observations', { observations: [{ entityName: 'Eve', contents: ['is not there'] }] }],
        ['search_nodes', { query: 'quoted' }],
        ['open_nodes', { names: ['Bob', 'Eve'] }],
        ['delete_observations', { deletions: [{ entityName: 'Ada', observations: ['reads'] }] }],
        ['delete_relations', { relations: [relation] }],
        ['delete_entities', { entityNames: ['Bob'] }],
        ['read_graph', {}]
    ];
    const work = async (client: Client): Promise<unknown> => [
        await client.listTools(),
        await settled(
            calls.map(
                ([name, args]) =>
                    () =>
                        client.callTool({ name, arguments: args })
            )
        )
    ];
    const alone = folder({});
    const there = await allowing(MEMORY);
    const direct = await asClient(MEMORY, alone, work);
    expect(await asClient(throughGateway(MEMORY), there, work)).toEqual(direct);
    const memoryIn = (path: string): string => readFileSync(join(path, 'memory.jsonl'), 'utf8');
    expect(memoryIn(there)).toBe(memoryIn(alone));
    expect(memoryIn(there)).toContain('quoted');
    expect(logIn(there).filter(({ type }) => type === 'call')).toHaveLength(calls.length);
});

test('a server and a client that speak 2026-07-28 understand each other', async () => {
    const mode = { pin: '2026-07-28' } as const;
    const there = await allowing(ASSISTANT, undefined, mode);
    const policy = readFileSync(join(there, 'all.guardrail'), 'utf8');
    const work = (client: Client) =>
        settled([
            () => Promise.resolve(client.getNegotiatedProtocolVersion()),
            () => client.listTools(),
            () => client.callTool({ name: 'guardrail_explain', arguments: { code: 'GR990' } }),
            () => client.callTool({ name: 'guardrail_check', arguments: { text: policy.replace(/^import.*$/m, '') } })
        ]);
    const direct = await asClient(ASSISTANT, there, work, mode);
    const proxied = await asClient(throughGateway(ASSISTANT), there, work, mode);
    expect(proxied).toEqual(direct);
    expect(direct.result[0]).toBe('2026-07-28');
    const types = logIn(there).map(({ type }) => type);
    expect(types.filter((type) => type !== 'gateway')).toEqual(['call', 'result', 'call', 'result']);
});
