/** Tests a session with a real MCP server, recorded on the wire and replayed by the command. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const SERVER = fileURLToPath(
    new URL('../../../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js', import.meta.url)
);

const POLICY = `policy Files
label private
agent assistant
server filesystem {
  tool list_directory(path: string) readonly
  tool read_text_file(path: string, head?: int, tail?: int) readonly reads private
  tool write_file(path: string, content: string)
}
allow assistant: filesystem.*
deny filesystem.write_file when carries private
claim "nothing is written after something was read": never filesystem.write_file after filesystem.read_text_file
claim "what is read was listed": filesystem.read_text_file requires once filesystem.list_directory
`;

test('a session with the filesystem server', async () => {
    const root = folder({ 'files.guardrail': POLICY });
    const files = join(root, 'files');
    mkdirSync(files);
    const log = await recorded(files, async (client) => {
        const call = (name: string, args: Record<string, unknown>): Promise<object> =>
            client.callTool({ name, arguments: args });
        await client.listTools();
        await call('write_file', { path: join(files, 'a.txt'), content: 'a' });
        await call('list_directory', { path: files });
        expect(await call('read_text_file', { path: join(files, 'none.txt') })).toMatchObject({ isError: true });
        await call('write_file', { path: join(files, 'b.txt'), content: 'b' });
        await call('read_text_file', { path: join(files, 'a.txt'), head: 1 });
        await call('write_file', { path: join(files, 'c.txt'), content: 'c' });
        await call('get_file_info', { path: files });
    });
    writeFileSync(join(root, 'log.jsonl'), log.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { code, stdout } = await guardrail(
        ['replay', 'files.guardrail', '--trace', 'log.jsonl', '--format', 'json'],
        { cwd: root }
    );
    expect(code).toBe(1);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
        format: 'guardrail-replay/1',
        traceFormat: 'mcp',
        sessions: 1,
        calls: 7,
        // The second file is written after a failed read: a failed readonly call has read nothing, but its label stays.
        decisions: { allowed: 4, held: 0, denied: { rule: 2, inventory: 1 } },
        stopped: { count: 3, first: [{ tool: 'filesystem.write_file' }, {}, { tool: 'filesystem.get_file_info' }] },
        unknownTools: { count: 1, first: [{ name: 'filesystem.get_file_info' }] },
        unreadable: { count: 0 },
        unfit: { count: 0 },
        claims: [
            { verdict: 'broken', broken: { count: 1, first: [{ isCertain: true }] } },
            { verdict: 'kept', judged: 2 }
        ]
    });
});

/** Records each message as it is sent and received, in order, as a proxy would write it. */
async function recorded(files: string, session: (client: Client) => Promise<void>): Promise<object[]> {
    const log: object[] = [];
    const write = (direction: string, message: unknown): void => {
        log.push({ timestamp: new Date().toISOString(), direction, server: 'filesystem', message });
    };
    const transport = new StdioClientTransport({ command: process.execPath, args: [SERVER, files], stderr: 'ignore' });
    const send = transport.send.bind(transport);
    transport.send = (message, ...others) => {
        write('client->server', message);
        return send(message, ...others);
    };
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    const { onmessage } = transport;
    // Messages to the client while it connects do not matter.
    transport.onmessage = (message, ...others) => {
        write('server->client', message);
        onmessage?.(message, ...others);
    };
    try {
        await session(client);
    } finally {
        await client.close();
    }
    return log;
}
