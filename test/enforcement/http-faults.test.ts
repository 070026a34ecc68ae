/**
 * Tests servers behind HTTP that hang, lie or flood, and a full disk: no call is made without a record, and no result
 * is made up.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { folder } from '../cli/guardrail.js';
import { gatewayOver, modernCall } from './http-programs.js';

const POLICY = `policy Faults
agent a
server s { tool act(how: string) }
allow a: s.*
`;

type Answer = (response: ServerResponse, id: unknown) => void;

const result = (id: unknown, text: string): string =>
    JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [{ type: 'text', text }] } });
const json = (response: ServerResponse, text: string): void =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(text);
const events = (response: ServerResponse, texts: readonly string[]): void =>
    void response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(texts.map((text) => `event: message\ndata: ${text}\n\n`).join(''));
const progress = JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1 }
});

/** The server's reaction to a call, by the argument of the call. */
const BEHAVIOURS: Readonly<Record<string, Answer>> = {
    honest: (response, id) => json(response, result(id, 'done')),
    'hangs up': (response) => response.destroy(),
    'ends the stream': (response) => events(response, []),
    'answers another call': (response) => json(response, result('other', 'wrong')),
    'answers another call first': (response, id) => events(response, [result('other', 'wrong'), result(id, 'done')]),
    'answers twice': (response, id) => events(response, [result(id, 'done'), result(id, 'again')]),
    compresses: (response, id) =>
        void response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
            .end(gzipSync(result(id, 'done'))),
    'compresses in an unknown way': (response, id) =>
        void response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'own' })
            .end(result(id, 'done')),
    'compresses too much': (response) =>
        void response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
            .end(gzipSync(Buffer.alloc(65 * 1024 * 1024, 32))),
    'is not JSON': (response) => json(response, 'no JSON'),
    'has another type': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    'fails with a page': (response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<p>'),
    'sends many messages': (response, id) =>
        events(response, [...Array<string>(20_000).fill(progress), result(id, 'done')]),
    'sends a message without an end': (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
            while (!response.destroyed && response.write('x'.repeat(1024 * 1024))) {
                // The reader is fast.
            }
        };
        response.on('drain', more);
        more();
    },
    hangs: () => undefined
};

/** The end of the call in the log, and the error or text that the client gets. */
const EXPECTED: Readonly<Record<string, readonly [end: string, answer: string]>> = {
    honest: ['result', 'done'],
    'hangs up': ['lost', '-32000'],
    'ends the stream': ['lost', '-32000'],
    'answers another call': ['lost', '-32000'],
    'answers another call first': ['result', 'done'],
    'answers twice': ['result', 'done'],
    compresses: ['result', 'done'],
    'compresses in an unknown way': ['lost', '-32000'],
    'compresses too much': ['lost', '-32000'],
    'is not JSON': ['lost', '-32000'],
    'has another type': ['lost', '-32000'],
    'fails with a page': ['lost', '-32000'],
    'sends many messages': ['result', 'done'],
    'sends a message without an end': ['lost', '-32000']
};

/** Notes the calls that reach the server. */
async function badServer(): Promise<{ readonly url: string; readonly made: string[]; readonly server: Server }> {
    const made: string[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        const { id, params } = JSON.parse((await request.toArray()).join('')) as {
            id: unknown;
            params: { arguments: { how: string } };
        };
        made.push(params.arguments.how);
        BEHAVIOURS[params.arguments.how]!(response, id);
    };
    const server = createServer((request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
        server.close();
        server.closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, made, server };
}

const logIn = (there: string): Record<string, unknown>[] => {
    const text = readFileSync(join(there, 'state/http.jsonl'), 'utf8');
    return text
        .slice(0, text.lastIndexOf('\n'))
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
};

/** The error code or the text of an answer, which may be a stream. */
async function answerOf(url: URL, how: string, signal?: AbortSignal): Promise<string> {
    const { error, result: found } = await modernCall(url, 'act', { how }, signal);
    const content = found?.['content'] as readonly { readonly text: string }[] | undefined;
    return error ? String(error.code) : content!.map(({ text }) => text).join();
}

test('a server that lies, floods or hangs gets no call that is not recorded, and no answer that is not its own', async () => {
    const there = folder({ 'policy.guardrail': POLICY });
    const { url, made } = await badServer();
    const gateway = await gatewayOver({ s: url }, there, ['--policy', 'policy.guardrail', '--session', 'k']);
    const answers: [string, readonly [string, string]][] = [];
    for (const how of Object.keys(EXPECTED)) {
        const answer = await answerOf(gateway.at('s'), how);
        answers.push([how, [String(logIn(there).at(-1)!['type']), answer]]);
    }
    expect(Object.fromEntries(answers)).toEqual(EXPECTED);
    // A client that no longer waits.
    const hanging = new AbortController();
    const aborted = answerOf(gateway.at('s'), 'hangs', hanging.signal);
    setTimeout(() => hanging.abort(), 500);
    await expect(aborted).rejects.toThrow();
    // Other clients are not held up in the meantime.
    expect(await answerOf(gateway.at('s'), 'honest')).toBe('done');
    const types = logIn(there).map(({ type }) => type);
    expect(made).toHaveLength(types.filter((type) => type === 'call').length);
    expect(types.filter((type) => type === 'lost')).toHaveLength(10);
});

test('a call is not sent over a connection that the server is about to close', async () => {
    const there = folder({ 'policy.guardrail': POLICY });
    const { url, server } = await badServer();
    // It says so with each answer: after one second.
    server.keepAliveTimeout = 1_000;
    let connections = 0;
    server.on('connection', () => connections++);
    const gateway = await gatewayOver({ s: url }, there, ['--policy', 'policy.guardrail', '--session', 'k']);
    for (let call = 0; call < 3; call++) {
        expect(await answerOf(gateway.at('s'), 'honest')).toBe('done');
    }
    expect(connections).toBe(3);
});

test('unfinished messages cannot fill the memory, and keep no ordinary call out', async () => {
    const there = folder({ 'policy.guardrail': POLICY });
    const { url } = await badServer();
    const gateway = await gatewayOver({ s: url }, there, ['--policy', 'policy.guardrail', '--session', 'k']);
    const { port, hostname } = gateway.at('s');
    const body = Buffer.alloc(15 * 1024 * 1024, 32);
    let refused = 0;
    const clients = Array.from({ length: 20 }, () => {
        const client = connect(Number(port), hostname);
        client.on('error', () => undefined).once('close', () => refused++);
        client.write('POST /s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n');
        client.write(`Content-Length: ${body.length + 1}\r\n\r\n`);
        client.write(body);
        return client;
    });
    onTestFinished(() => clients.forEach((client) => client.destroy()));
    await expect.poll(() => refused, { timeout: 20_000 }).toBeGreaterThanOrEqual(12);
    expect(refused).toBeLessThan(20);
    expect(await answerOf(gateway.at('s'), 'honest')).toBe('done');
});

test.skipIf(process.platform === 'win32')('with a full disk no call is made, and the log stays whole', async () => {
    const there = folder({ 'policy.guardrail': POLICY });
    const { url, made } = await badServer();
    const flags = ['--policy', 'policy.guardrail', '--session', 'k'];
    // A limit on the size of files simulates a full disk: writing fails at the same point.
    const gateway = await gatewayOver({ s: url }, there, flags, { limit: 24 });
    let last = 'done';
    for (let count = 0; count < 500 && last === 'done'; count++) {
        // The gateway may end before the last answer arrives.
        last = await answerOf(gateway.at('s'), 'honest').catch(() => 'GR992');
    }
    expect(last).toContain('GR992');
    // What supervises it starts it again.
    await expect.poll(() => gateway.child.exitCode).toBe(4);
    expect(gateway.errors()).toContain('GR992');
    const released = logIn(there).filter(({ type }) => type === 'call');
    expect(released.length).toBeGreaterThan(10);
    expect(released.length).toBeGreaterThanOrEqual(made.length);
    const again = await gatewayOver({ s: url }, there, flags);
    expect(await answerOf(again.at('s'), 'honest')).toBe('done');
});
