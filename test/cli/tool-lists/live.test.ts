/** Tests the import from running servers: those of the MCP project, and the SDK's, over both transports. */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folder, guardrail } from '../guardrail.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const FILES = join(root, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
const SHOP = join(root, 'test/cli/fixtures/mcp/server.mjs');
const TOOLS = ['pay', 'refund', 'status'].map((name) => ({ name, inputSchema: { type: 'object' as const } }));
const toolsIn = (text: string): string[] => Array.from(text.matchAll(/^ {2}tool (\w+)/gm), ([, name]) => name!);

describe('over standard input and output', () => {
    test('the file system server becomes an inventory, with its annotations as hints', async () => {
        const cwd = folder({});
        const { code, stdout, stderr } = await guardrail(['import', 'mcp', '--', process.execPath, FILES, '.'], {
            cwd
        });
        expect(stderr).toBe('');
        expect(code).toBe(0);
        expect(stdout).toMatch(/^\/\/ Written by `guardrail import mcp` from the server secure-filesystem-server\./);
        expect(stdout).toMatch(/@hints\(readonly.*\n {2}tool list_directory\(path: string\) hint readonly/);
        expect(toolsIn(stdout).length).toBeGreaterThan(10);
        expect(stdout.match(/^ {2}@digest\("sha256:[0-9a-f]{64}", "[0-9a-f]{8}"\)$/gm)).toHaveLength(
            toolsIn(stdout).length
        );
    });

    test('the servers of a configuration, all pages of each, regardless of other output', async () => {
        const config = `{
            // As VS Code writes it.
            "servers": {
                "files": { "command": "\${env:NODE}", "args": ["${FILES}", "\${workspaceFolder}"] },
                "shop": { "command": "\${NODE}", "args": ["${SHOP}", "\${TOOLS:-tools.json}", "2"] },
                "off": { "command": "no-such-program", "disabled": true },
            }
        }`;
        const cwd = folder({ 'mcp.json': config, 'tools.json': JSON.stringify(TOOLS) });
        const surroundings = { cwd, env: { NODE: process.execPath } };
        const [all, one] = await Promise.all([
            guardrail(['import', 'mcp', '--config', 'mcp.json'], surroundings),
            guardrail(['import', 'mcp', '--config', 'mcp.json', '--server', 'shop'], surroundings)
        ]);
        expect(all.stderr).toBe('');
        expect(all.stdout).toMatch(/^server files \{$[^]*^server shop \{$/m);
        expect(toolsIn(one.stdout)).toEqual(['pay', 'refund', 'status']);
        expect(one.stdout).not.toMatch(/no message|a log/);
    });

    test('the servers are listed without the values of variables, which may be secret', async () => {
        const servers = {
            run: { command: '${env:NODE}', args: ['--token', '${TOKEN}', '${OTHER:-hidden}', '${workspaceFolder}'] },
            web: { url: 'https://me:${TOKEN}@${env:HOST}/${TOKEN}/mcp?key=${TOKEN}#x', headers: { a: '${TOKEN}' } },
            off: { command: 'x', disabled: true }
        };
        const cwd = folder({ 'mcp.json': JSON.stringify({ mcpServers: servers }) });
        const env = { NODE: 'node', TOKEN: 'hidden', HOST: 'hidden.example' };
        const listing = ['import', 'mcp', '--servers', '--config', 'mcp.json'];
        const { code, stdout } = await guardrail(listing, { cwd, env });
        expect(code).toBe(0);
        expect(stdout.replaceAll('${OTHER:-hidden}', '')).not.toContain('hidden');
        expect(JSON.parse(stdout)).toEqual([
            { name: 'run', command: `\${env:NODE} --token \${TOKEN} \${OTHER:-hidden} ${realpathSync(cwd)}` },
            { name: 'web', address: 'https://${env:HOST}/${TOKEN}/mcp' }
        ]);
    });

    test('a server that speaks only the newer protocol', async () => {
        const cwd = folder({ 'tools.json': JSON.stringify(TOOLS) });
        const { code, stdout, stderr } = await guardrail(
            ['import', 'mcp', '--', process.execPath, SHOP, 'tools.json', '2'],
            { cwd, env: { LEGACY: 'reject' } }
        );
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toContain('server shop {');
        expect(toolsIn(stdout)).toEqual(['pay', 'refund', 'status']);
    });
});

test('an inventory is compared with a running server, refreshed, and compared again', async () => {
    const cwd = folder({ 'tools.json': JSON.stringify(TOOLS), 'broken.guardrail': 'server shop { tool pay(' });
    const shop = ['--server', 'shop', '--', process.execPath, SHOP, 'tools.json'];
    const run = (...options: string[]): ReturnType<typeof guardrail> =>
        guardrail(['import', 'mcp', ...options, ...shop], { cwd });
    const [first, refused] = await Promise.all([
        run('-o', 'shop.guardrail'),
        run('-o', 'broken.guardrail', '--refresh')
    ]);
    expect(first).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(refused.stderr).toMatch(/^error\[GR977\]: broken\.guardrail:1 has an error/);
    expect(refused.code).toBe(2);
    expect(readFileSync(join(cwd, 'broken.guardrail'), 'utf8')).toBe('server shop { tool pay(');

    const [pay, refund] = TOOLS;
    const annotations = { destructiveHint: false, openWorldHint: false };
    writeFileSync(join(cwd, 'tools.json'), JSON.stringify([{ ...pay, annotations }, refund]));
    const [found, report] = await Promise.all([
        run('-o', 'shop.guardrail', '--check', '--format', 'compact'),
        run('-o', 'shop.guardrail', '--check', '--format', 'json')
    ]);
    expect(found.stdout.split('\n').slice(0, 3)).toEqual([
        'shop.guardrail:10:14: error[GR962]: Tool `pay` is no longer declared destructive.',
        'shop.guardrail:10:31: error[GR962]: Tool `pay` is no longer declared external.',
        'shop.guardrail:16:8: error[GR961]: Tool `status` is gone: remove it together with the rules that name it.'
    ]);
    expect([found.code, report.code]).toEqual([1, 1]);
    expect(JSON.parse(report.stdout)).toMatchObject({ exitCode: 1, files: [{ diagnostics: { length: 3 } }] });

    const refresh = await run('-o', 'shop.guardrail', '--refresh');
    expect(refresh.stdout).toContain('- tool `status` is gone');
    expect(refresh.stdout).toMatch(/\nshop\.guardrail is refreshed: 3 changes\.\n$/);
    expect((await run('-o', 'shop.guardrail', '--check')).code).toBe(0);
});

describe('over streamable HTTP', () => {
    let http: HttpServer;
    let address: string;
    const shop = () => {
        const server = new Server({ name: 'shop', version: '1' }, { capabilities: { tools: {} } });
        server.setRequestHandler('tools/list', () => ({ tools: TOOLS }));
        return server;
    };
    const handlers = {
        '/mcp': createMcpHandler(shop),
        '/newer': createMcpHandler(shop, { legacy: 'reject' })
    };
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        const { method = '', headers, url } = request;
        const body = method === 'POST' ? await text(request) : undefined;
        const { fetch } = handlers[url as keyof typeof handlers];
        const answered = await fetch(
            new Request(address + url, { method, headers: headers as Record<string, string>, body: body ?? null })
        );
        response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
    };
    beforeAll(async () => {
        http = createServer((request, response) => {
            if (!(request.url! in handlers)) {
                response.writeHead(request.url === '/page' ? 200 : 404, { 'content-type': 'text/html' }).end('<html>');
            } else if (request.headers.authorization !== 'Bearer right') {
                response.writeHead(401).end();
            } else {
                void answer(request, response);
            }
        });
        await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
        address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    });
    afterAll(() => http.close());

    test.each(['/mcp', '/newer'])('%s, with a header, under the given name', async (path) => {
        const header = ['--header', 'Authorization: Bearer right'];
        const { code, stdout, stderr } = await guardrail(
            ['import', 'mcp', address + path, ...header, '--server', 'till'],
            { env: { NO_PROXY: '127.0.0.1' } }
        );
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toContain('server till {');
        expect(toolsIn(stdout)).toEqual(['pay', 'refund', 'status']);
    });

    test.each([
        ['/mcp', 'GR974', 'needs authentication'],
        ['/other', 'GR970', 'answers with HTTP status 404'],
        ['/page', 'GR972', 'does not speak MCP']
    ])('%s fails with %s', async (path, code, message) => {
        const outcome = await guardrail(['import', 'mcp', address + path]);
        expect(outcome.stderr.replace(/\s+/g, ' ')).toContain(`error[${code}]: ${address}${path} ${message}`);
        expect(outcome.code).toBe(2);
        expect(outcome.stdout).toBe('');
    });
});

describe('failures are reported in one message:', () => {
    const node = (script: string): string[] => ['--', process.execPath, '-e', script];
    test.each<[string, string, string[], RegExp]>([
        ['no such program', 'GR970', ['--', 'no-such-program'], /no-such-program cannot be started: there is no such/],
        ['nothing listens', 'GR970', ['http://127.0.0.1:2/mcp'], /http:\/\/127\.0\.0\.1:2\/mcp cannot be reached/],
        ['the server ends', 'GR971', node('console.error("KEY is missing"); process.exit(3)'), /: KEY is missing/],
        [
            'it writes something else',
            'GR972',
            ['--timeout', '0.5', ...node('console.log("hello"); process.stdin.resume()')],
            /does not speak MCP: .*hello/
        ],
        [
            'it writes something else without an end',
            'GR972',
            node('const write = () => { console.log("hello"); setImmediate(write); }; write()'),
            /does not speak MCP: .*hello/
        ],
        [
            'it says nothing',
            'GR973',
            ['--timeout', '0.5', ...node('process.stdin.resume()')],
            /did not answer within 0\.5 s/
        ],
        [
            'it refuses',
            'GR975',
            node(
                'process.stdin.on("data", (l) => console.log(JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(l).id, error: { code: -32000, message: "no licence" } })))'
            ),
            /answers with an error: no licence/
        ],
        ['a configuration without servers', 'GR976', ['--config', 'none.json'], /none\.json names no servers/],
        [
            'a value that a client asks for',
            'GR976',
            ['--config', 'input.json'],
            /`crm` in input\.json needs \$\{input:key\}/
        ],
        ['a configuration as a list', 'GR908', ['input.json'], /this is the configuration of a client/],
        ['no source', 'GR902', [], /one source of tools is needed/],
        ['two sources', 'GR902', ['a.json', 'b.json'], /there are several sources: a\.json and b\.json/]
    ])('%s', async (_, code, args, message) => {
        const cwd = folder({
            'none.json': '{}',
            'input.json': '{ "mcpServers": { "crm": { "command": "crm", "args": ["${input:key}"] } } }'
        });
        const outcome = await guardrail(['import', 'mcp', ...args], { cwd });
        const said = outcome.stderr.replace(/\s+/g, ' ');
        expect(said).toContain(`error[${code}]: `);
        expect(said).toMatch(message);
        expect(outcome.code).toBe(2);
        expect(outcome.stdout).toBe('');
    });
});
