/** Tests `guardrail mcp` as shipped, with the client of MCP's own library. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type CallToolResult, Client, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WorkerToolHost } from '../../../../server/cli/commands/mcp/tool-host.js';
import { CLI, folder } from '../../guardrail.js';

const root = new URL('../../../../', import.meta.url);
const examples = new URL('examples/', root);

/** A policy whose check takes minutes. */
const LONG_RUN = `policy LongRun
agent bot
server s { tool login()  tool pay() }
allow bot: any tool
limit s.login to 300
deny s.pay when count(s.login) >= 300
claim "at most so many": at most 300 s.login
claim "none after the last": never s.pay when count(s.login) >= 300
`;

async function connect(cwd: string | URL, mode: VersionNegotiationMode = 'legacy'): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const path = cwd instanceof URL ? decodeURIComponent(cwd.pathname) : cwd;
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp'], cwd: path }));
    return client;
}

const textOf = ({ content }: CallToolResult): string => (content[0] as { readonly text: string }).text;

test('concurrent check requests take turns, and each is answered', async () => {
    let [alive, most] = [0, 0];
    const onWorker = (worker: Worker): void => {
        most = Math.max(most, ++alive);
        worker.on('exit', () => alive--);
    };
    process.on('worker', onWorker);
    const host = new WorkerToolHost(new URL('dist/', root), folder({}));
    const text = 'policy P\nagent a\nserver s { tool t() }\nallow a: s.t\nclaim "c": possible s.t\n';
    const check = () => host.check({ text }, new AbortController().signal);
    const answers = await Promise.all(Array.from({ length: 40 }, check));
    process.off('worker', onWorker);
    expect(answers.map(({ result }) => result?.claims[0]?.verdict)).toEqual(Array(40).fill('witnessed'));
    // One more thread may be about to end.
    expect(most).toBeLessThanOrEqual(Math.max(2, availableParallelism()) + 1);
});

describe.each<[string, VersionNegotiationMode]>([
    ['2025-11-25', 'legacy'],
    ['2026-07-28', { pin: '2026-07-28' }]
])('a client that speaks %s', (version, mode) => {
    let client: Client;
    beforeAll(async () => {
        client = await connect(examples, mode);
        expect(client.getNegotiatedProtocolVersion()).toBe(version);
    });
    afterAll(() => client.close());

    const call = (name: string, args?: Record<string, unknown>): Promise<CallToolResult> =>
        client.callTool({ name, arguments: args });

    test('gets the tools of the manifest', async () => {
        const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
            version: string;
            contributes: { languageModelTools: { name: string; modelDescription: string; inputSchema: object }[] };
        };
        expect(client.getServerVersion()).toEqual({ name: 'guardrail', title: 'Guardrail', version: manifest.version });
        const { tools } = await client.listTools();
        expect(tools).toMatchObject(
            manifest.contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => ({
                name,
                description: modelDescription,
                inputSchema,
                annotations: { readOnlyHint: true }
            }))
        );
        expect(tools.map(({ title }) => title)).toEqual(['Check a Guardrail policy', 'Explain a Guardrail message']);
    });

    test("checks a file, and sees the session; the structured answer matches the tool's schema", async () => {
        // With the schemas of the tools, the client validates structured answers.
        await client.listTools();
        const result = await call('guardrail_check', { file: 'mail-assistant/first-try.guardrail' });
        expect(result.isError).toBeFalsy();
        expect(textOf(result)).toMatch(
            /^Policy MailAssistant: 1 of 2 claims violated, as expected\.\n[^]*1\. assistant calls/
        );
        expect(result.structuredContent).toMatchObject({
            policy: 'MailAssistant',
            ok: true,
            errors: [],
            claims: [{ name: 'mail leaves only through a person', verdict: 'violated', line: 21 }, {}]
        });
    });

    test('checks a text and its imports', async () => {
        const text = 'policy P\nimport "./mail-assistant/tools/mail.guardrail"\nagent a\nallow a: mail.read\n';
        const good = await call('guardrail_check', { text: `${text}claim "reads": possible mail.read` });
        expect(textOf(good)).toContain('- possible: reads');
        const wrong = await call('guardrail_check', { text: `${text}allow a: nothing` });
        expect(wrong.isError).toBeFalsy();
        expect(textOf(wrong)).toMatch(/^The policy has errors, so nothing was checked:\n- line 5, column \d+: GR201: /);
        expect(wrong.structuredContent).toMatchObject({ ok: false, errors: [{ line: 5, code: 'GR201' }], claims: [] });
    });

    test('gets the errors in an import with their file', async () => {
        const path = folder({
            'p.guardrail': 'policy P\nimport "./t.guardrail"\n',
            't.guardrail': 'server s { tool }'
        });
        const other = await connect(path);
        const result = await other.callTool({ name: 'guardrail_check', arguments: { file: 'p.guardrail' } });
        await other.close();
        expect(textOf(result)).toMatch(/- t\.guardrail, line 1, column \d+: GR1/);
    });

    test('looks up a code', async () => {
        const page = readFileSync(new URL('docs/codes/GR501.md', root), 'utf8');
        expect(textOf(await call('guardrail_explain', { code: 'GR501' }))).toBe(page);
    });

    test.each([
        ['guardrail_check', {}, /^Give either `file`, [^.]*\.$/],
        ['guardrail_check', undefined, /^Give either `file`/],
        [
            'guardrail_check',
            { file: 'nowhere.guardrail' },
            /^nowhere\.guardrail: it cannot be read: there is no such file\./
        ],
        ['guardrail_check', { file: '/etc/passwd' }, /^\/etc\/passwd is not a policy file/],
        ['guardrail_check', { text: ['policy'] }, /^`text` must be a text\.$/],
        ['guardrail_explain', { code: 'GR999' }, /^There is no code GR999\./]
    ])('gets its mistakes reported as a result: %s %j', async (name, args, message) => {
        const result = await call(name, args);
        expect(result.isError).toBe(true);
        expect(textOf(result)).toMatch(message);
        expect(textOf(result)).not.toContain('\n');
    });

    test('gets an error for an unknown tool or method', async () => {
        await expect(call('guardrail_erase')).rejects.toMatchObject({
            code: -32602,
            message: expect.stringContaining('The tools are guardrail_check, guardrail_explain.') as string
        });
        await expect(client.request({ method: 'resources/list' })).rejects.toMatchObject({ code: -32601 });
    });

    test('cancels a check, and the next one does not wait for it', async () => {
        const giveUp = new AbortController();
        const long = client.callTool(
            { name: 'guardrail_check', arguments: { text: LONG_RUN } },
            { signal: giveUp.signal }
        );
        giveUp.abort('enough');
        await expect(long).rejects.toThrow('enough');
        expect(textOf(await call('guardrail_check', { text: 'policy P' }))).toContain('Policy P');
    });
});

test('a cancelled check ends together with its thread', async () => {
    const host = new WorkerToolHost(new URL('dist/', root), process.cwd());
    const started = once(process, 'worker') as Promise<[Worker]>;
    const giveUp = new AbortController();
    const check = host.check({ text: LONG_RUN }, giveUp.signal);
    const [worker] = await started;
    const ended = once(worker, 'exit');
    await once(worker, 'online');
    giveUp.abort();
    await expect(check).rejects.toThrow('aborted');
    await ended;
});

describe('the process', () => {
    const start = () => {
        const server = spawn(process.execPath, [CLI, 'mcp'], { stdio: ['pipe', 'pipe', 'pipe'] });
        onTestFinished(() => void server.kill('SIGKILL'));
        return server;
    };
    const line = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
    const INITIALIZE = line({
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    });

    test("survives a line that is not a message, answers in the client's version, and ends with its input", async () => {
        const server = start();
        let [output, errors] = ['', ''];
        server.stdout.on('data', (data: Buffer) => (output += data.toString()));
        server.stderr.on('data', (data: Buffer) => (errors += data.toString()));
        server.stdin.write(`this is not a message\n${INITIALIZE}`);
        await once(server.stdout, 'data');
        server.stdin.end();
        const [code] = (await once(server, 'close')) as [number];
        expect(code).toBe(0);
        expect(errors).toBe('');
        expect(JSON.parse(output)).toMatchObject({
            id: 1,
            result: { protocolVersion: '2025-06-18', serverInfo: { name: 'guardrail' }, capabilities: { tools: {} } }
        });
    });

    test.each([
        ['during a check', LONG_RUN, false],
        ['after checks', 'policy P', true]
    ])('ends with its input %s', async (_, text, isAnswered) => {
        const server = start();
        server.stdin.write(INITIALIZE);
        await once(server.stdout, 'data');
        server.stdin.write(line({ method: 'notifications/initialized' }));
        const call = { method: 'tools/call', params: { name: 'guardrail_check', arguments: { text } } };
        server.stdin.write(line({ id: 2, ...call }) + line({ id: 3, ...call }));
        if (isAnswered) {
            let output = '';
            server.stdout.on('data', (data: Buffer) => (output += data.toString()));
            await vi.waitUntil(() => output.includes('"id":2') && output.includes('"id":3'), { timeout: 60_000 });
        }
        server.stdin.end();
        const [code] = (await once(server, 'close')) as [number];
        expect(code).toBe(0);
    });
});
