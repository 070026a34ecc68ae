/**
 * Tests ways in which a server behind HTTP could hand a withheld result to the client: in headers, events, pages, other
 * streams and answers that are wrong. Nothing that the client receives, headers included, may contain it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { serveHttp } from '../../server/enforcement/http/serve.js';
import { folder } from '../cli/guardrail.js';
import { mail } from './policies.js';
import { expectOnPage } from '../support/tried-ways.js';

const KEY = 'TheKey';
const result = { content: [{ type: 'text', text: KEY }], resultType: 'complete' };
const rpc = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
const told = (method: string, params: object): string => rpc({ method, params });
const event = (data: string, more = ''): string => `${more}event: message\ndata: ${data}\n\n`;

/** How the server answers the request for the secret, which has this id. */
type Way = (response: ServerResponse, id: unknown, others: Others) => void;

interface Others {
    /** The stream for what belongs to no request; clients without a connection subscribe to it. */
    readonly listening: ServerResponse | undefined;
    /** The id of the request that opened it. */
    readonly stream: unknown;
}

const plain =
    (status: number, headers: Record<string, string>, body: (id: unknown) => string): Way =>
    (response, id) =>
        void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body(id));
const stream =
    (events: (id: unknown) => readonly string[]): Way =>
    (response, id) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events(id).join(''));
const answer = (id: unknown): string => rpc({ id, result });
const failing = (id: unknown): string => rpc({ id, error: { code: -32000, message: KEY, data: { KEY } } });
const raw =
    (text: (id: unknown) => string): Way =>
    (response, id) =>
        void response.socket!.end(text(id));

const WAYS: Record<string, Way> = {
    'an answer': plain(200, {}, answer),
    'an answer as an event': stream((id) => [event(answer(id))]),
    'two answers as events': stream((id) => [event(answer(id)), event(answer(id))]),
    'an error': plain(200, {}, failing),
    'an error as an event': stream((id) => [event(failing(id))]),
    'an error with a status': plain(400, {}, failing),
    'an error with a status and another id': plain(400, {}, () => failing('another')),
    'an error with a status and no id': plain(500, {}, () => rpc({ error: { code: 1, message: KEY } })),
    'an answer with a status': plain(500, {}, answer),
    'an answer that was only accepted': plain(202, {}, answer),
    'an answer without content': plain(204, {}, answer),
    'a batch': plain(200, {}, (id) => `[${answer(id)},${answer(id)}]`),
    'a batch as an event': stream((id) => [event(`[${answer(id)}]`)]),
    'an answer to another request': plain(200, {}, () => answer('another')),
    'no JSON': plain(200, {}, () => KEY),
    'JSON that breaks off': plain(200, {}, (id) => answer(id).slice(0, -2)),
    'JSON that is no message': plain(200, {}, () => `{"${KEY}":"${KEY}"}`),
    'a message with other fields': plain(200, {}, (id) => rpc({ id, [KEY]: KEY })),
    'a version with it': plain(200, {}, (id) => JSON.stringify({ jsonrpc: KEY, id, result })),
    'the kind of the result': plain(200, {}, (id) => rpc({ id, result: { ...result, resultType: KEY } })),
    'a page': plain(500, { 'content-type': 'text/html' }, () => KEY),
    'a type': plain(200, { 'content-type': `text/${KEY}` }, () => KEY),
    'a parameter of the type': plain(200, { 'content-type': `application/json; a=${KEY}` }, () => KEY),
    'an encoding': plain(200, { 'content-encoding': KEY }, () => KEY),
    'content in a wrong encoding': plain(200, { 'content-encoding': 'gzip' }, () => KEY),
    'an address': plain(302, { location: `/${KEY}` }, () => KEY),
    'a demand for a login': plain(401, { 'www-authenticate': `Bearer realm="${KEY}"` }, () => KEY),
    'a demand for a scope': plain(
        403,
        { 'www-authenticate': `Bearer error="insufficient_scope", scope="${KEY}", error_description="${KEY}"` },
        () => KEY
    ),
    'a forgotten session': plain(404, {}, () => failing(null)),
    'a session': plain(200, { 'mcp-session-id': KEY }, answer),
    'other headers': plain(200, { 'set-cookie': `a=${KEY}`, link: `<${KEY}>`, 'retry-after': KEY, etag: KEY }, answer),
    'the words of the status': (response) => void response.writeHead(500, KEY).end(),
    'a broken answer': raw(() => `HTTP/1.1 ${KEY}\r\n\r\n`),
    'a broken header': raw(() => `HTTP/1.1 200 OK\r\n${KEY}\r\n\r\n${KEY}`),
    'another protocol': raw(() => `${KEY}\r\n\r\n`),
    'an early hint': raw((id) => {
        const body = answer(id);
        const head = `HTTP/1.1 103 Early Hints\r\nlink: <${KEY}>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: application/json`;
        return `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    }),
    'a trailer': (response, id) => {
        response.writeHead(200, { 'content-type': 'application/json', trailer: 'x-key' });
        response.write(answer(id));
        response.addTrailers({ 'x-key': KEY });
        response.end();
    },
    'the name of an event': stream((id) => [`event: ${KEY}\ndata: ${answer(id)}\n\n`, event(answer(id))]),
    'the id of an event': stream((id) => [event(answer(id), `id: ${KEY}\n`)]),
    'a comment between events': stream((id) => [`: ${KEY}\n\n`, event(answer(id))]),
    'an event that is not JSON': stream((id) => [event(KEY), event(answer(id))]),
    'an event that is no message': stream((id) => [event(`{"${KEY}":1}`), event(answer(id))]),
    'the last event, which breaks off': stream((id) => [`data: ${answer(id)}`]),
    'an event of several lines': stream((id) => [`data: ${answer(id).replace(',', ',\ndata: ')}\n\n`]),
    'a log message': stream((id) => [event(told('notifications/message', { data: KEY })), event(answer(id))]),
    'progress of the client': stream((id) => [
        event(told('notifications/progress', { progressToken: 'p', progress: 1, message: KEY })),
        event(told('notifications/progress', { progressToken: id, progress: 1, message: KEY, total: 9 })),
        event(answer(id))
    ]),
    'a request for a sample': stream((id) => [
        event(rpc({ id: 's', method: 'sampling/createMessage', params: { systemPrompt: KEY } })),
        event(answer(id))
    ]),
    'a question in a dialog': stream((id) => [
        event(rpc({ id: KEY, method: 'elicitation/create', params: { message: KEY } })),
        event(answer(id))
    ]),
    'a request for roots': stream((id) => [event(rpc({ id: KEY, method: 'roots/list' })), event(answer(id))]),
    'an unknown request': stream((id) => [event(rpc({ id: 'u', method: KEY, params: {} })), event(answer(id))]),
    'an unknown message': stream((id) => [event(told(KEY, {})), event(answer(id))]),
    'the address of a page to open': stream((id) => [
        event(
            rpc({ id: 'e', method: 'elicitation/create', params: { mode: 'url', url: `http://x/${KEY}`, message: '' } })
        ),
        event(told('notifications/elicitation/complete', { elicitationId: KEY })),
        event(answer(id))
    ]),
    'a page to open first': plain(200, {}, (id) =>
        rpc({ id, error: { code: -32042, message: 'm', data: { elicitations: [{ mode: 'url', url: KEY }] } } })
    ),
    'a task': stream((id) => [
        event(rpc({ id, result: { task: { taskId: KEY, status: 'completed', statusMessage: KEY } } })),
        event(told('notifications/tasks/status', { taskId: 't', statusMessage: KEY }))
    ]),
    'messages after the answer': stream((id) => [
        event(answer(id)),
        event(told('notifications/message', { data: KEY }))
    ]),
    'a stream that is resumed': (response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: resume\nretry: 10\ndata: \n\n'),
    'the stream of no request': (response, id, { listening }) => {
        listening?.write(event(answer(id)) + event(told('notifications/message', { data: KEY })));
        listening?.write(
            event(rpc({ id: KEY, method: 'ping' })) + event(told('notifications/progress', { message: KEY }))
        );
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer(id));
    },
    'a message in the stream that is opened again': (response, _, { listening }) => {
        listening?.write(`id: 1\nevent: message\ndata: ${told('notifications/message', { data: KEY })}\n\n`);
        listening?.end();
        response.destroy();
    },
    'the end of the stream of no request': (response, id, { listening, stream: number }) => {
        const _meta = { 'io.modelcontextprotocol/subscriptionId': number, [KEY]: KEY };
        listening?.end(event(rpc({ id: number, result: { ...result, _meta } })));
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer(id));
    },
    'an error that ends the stream of no request': (response, id, { listening, stream: number }) => {
        listening?.end(event(failing(number)));
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer(id));
    },
    'messages of the stream of no request': (response, id, { listening, stream: number }) => {
        const _meta = { 'io.modelcontextprotocol/subscriptionId': number };
        for (const method of [
            'message',
            'resources/updated',
            'progress',
            'tasks',
            'cancelled',
            'x',
            'tools/list_changed'
        ]) {
            listening?.write(event(told(`notifications/${method}`, { _meta, [KEY]: KEY, progressToken: number })));
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer(id));
    },
    'a stream after the answer': (response, id, { listening }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer(id));
        setTimeout(() => listening?.write(event(told('notifications/message', { data: KEY }))), 20);
    },
    'a time to try again': stream((id) => [`retry: ${KEY}\n\n`, event(answer(id))]),
    'an unknown field of an event': stream((id) => [event(answer(id), `${KEY}: ${KEY}\n`)]),
    'an event after a byte order mark': stream((id) => [`\uFEFF${event(answer(id))}`]),
    'events with other line ends': stream((id) => [event(answer(id)).replaceAll('\n', '\r')]),
    'an answer after a byte order mark': plain(200, {}, (id) => `\uFEFF${answer(id)}`),
    'a compressed answer': (response, id) =>
        void response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' })
            .end(brotliCompressSync(answer(id))),
    'compressed events': (response, id) =>
        void response
            .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
            .end(gzipSync(event(failing(id)))),
    'two encodings': plain(200, { 'content-encoding': `gzip, ${KEY}` }, answer),
    'an answer in UTF-16': (response, id) =>
        void response
            .writeHead(200, { 'content-type': 'application/json; charset=utf-16le' })
            .end(Buffer.from(answer(id), 'utf16le')),
    'a number that would be rounded': plain(200, {}, (id) =>
        answer(id).replace('"resultType"', '"n":9007199254740993,"resultType"')
    ),
    'a prototype': plain(
        200,
        {},
        (id) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"__proto__":"${KEY}"}}`
    ),
    'the same field twice': plain(200, {}, (id) => answer(id).replace('"result"', `"result":{"${KEY}":1},"result"`)),
    'a piece of content': plain(206, { 'content-range': `bytes 0-9/${KEY}` }, answer),
    'a redirect that keeps the method': plain(307, { location: `http://127.0.0.1:9/${KEY}` }, () => KEY),
    'a time to come again': plain(429, { 'retry-after': KEY }, () => KEY),
    'a legal reason': plain(451, { link: `<${KEY}>; rel="blocked-by"` }, failing),
    'headers about itself': plain(
        200,
        { server: KEY, via: KEY, date: KEY, 'server-timing': KEY, 'content-location': KEY, 'alt-svc': KEY },
        answer
    ),
    'headers of the protocol': plain(
        200,
        { 'mcp-protocol-version': KEY, 'mcp-method': KEY, 'last-event-id': KEY },
        answer
    ),
    'headers for a page': plain(
        200,
        { 'access-control-allow-origin': KEY, 'set-cookie2': KEY, refresh: `0;${KEY}` },
        answer
    ),
    'a change to another protocol': raw(
        () => `HTTP/1.1 101 ${KEY}\r\nconnection: upgrade\r\nupgrade: ${KEY}\r\n\r\n${KEY}`
    ),
    'chunks with a note': raw((id) => {
        const body = answer(id);
        const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked';
        return `${head}\r\n\r\n${body.length.toString(16)};${KEY}\r\n${body}\r\n0\r\nx-key: ${KEY}\r\n\r\n`;
    }),
    'a second answer on the connection': raw((id) => {
        const body = answer(id);
        const one = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
        return one + one;
    }),
    'a message, then nothing': (response, _, { listening }) => {
        listening?.write(event(told('notifications/message', { data: KEY })));
        response.destroy();
    }
};

/** A server of both eras. What it is asked on a stream that is resumed, it answers with the result. */
async function badServer(way: Way): Promise<{ readonly url: URL; readonly asked: () => unknown }> {
    let listening: ServerResponse | undefined;
    let [asked, subscription]: unknown[] = [];
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        if (request.method === 'GET') {
            response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
            if (request.headers['last-event-id'] === undefined) {
                listening = response;
            } else {
                response.write(event(answer(asked), 'id: next\n'));
            }
            return;
        }
        const text = (await request.toArray()).join('');
        const { id, method, params } = JSON.parse(text || '{}') as {
            readonly id?: unknown;
            readonly method?: string;
            readonly params?: { readonly arguments?: { readonly folder?: string }; readonly protocolVersion?: string };
        };
        if (method === 'subscriptions/listen') {
            [listening, subscription] = [response, id];
            const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            response.write(event(told('notifications/subscriptions/acknowledged', { _meta })));
        } else if (method === 'tools/call' && params?.arguments?.folder === 'secret') {
            asked = id;
            way(response, id, { listening, stream: subscription });
        } else if (id === undefined || method === undefined) {
            response.writeHead(202).end();
        } else {
            const { protocolVersion } = params ?? {};
            const capabilities = { tools: {}, logging: {} };
            const made =
                method === 'initialize'
                    ? { protocolVersion, capabilities, serverInfo: { name: 's', version: '1' } }
                    : { content: [{ type: 'text', text: 'hello' }], resultType: 'complete' };
            const session = method === 'initialize' && { 'mcp-session-id': 's1' };
            response.writeHead(200, { 'content-type': 'application/json', ...session }).end(rpc({ id, result: made }));
        }
    };
    const server = createServer((request, response) => void serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
        server.close();
        server.closeAllConnections();
    });
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
    return { url, asked: () => asked };
}

async function gatewayBefore(url: URL): Promise<string> {
    const gateway = await EnforcingGateway.open({ path: join(folder({}), 'events.jsonl'), policy: await mail() });
    const serving = await serveHttp({
        gateway,
        host: '127.0.0.1',
        port: 0,
        names: [],
        upstreams: new Map([['mail', url]]),
        sessions: [{ by: 'name', name: 's' }],
        patience: 0
    });
    onTestFinished(async () => {
        await serving.close();
        await gateway.close().catch(() => undefined);
    });
    return serving.addresses.get('mail')!;
}

/** A client that notes every byte that it gets. */
class Listener {
    received = '';
    readonly open: Promise<unknown>[] = [];
    private readonly gone = new AbortController();

    constructor(private readonly address: string) {}

    async ask(method: string, headers: Record<string, string>, body?: object): Promise<Response> {
        const response = await fetch(this.address, {
            method,
            signal: this.gone.signal,
            headers: {
                accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
                ...(body && { 'content-type': 'application/json' }),
                ...headers
            },
            ...(body && { body: rpc(body) })
        });
        this.received += `${response.status} ${response.statusText} ${JSON.stringify([...response.headers])}\n`;
        this.open.push(this.take(response).catch(() => undefined));
        return response;
    }

    /** The response and all of its content. */
    async whole(method: string, headers: Record<string, string>, body?: object): Promise<Response> {
        const response = await this.ask(method, headers, body);
        await this.open.at(-1);
        return response;
    }

    leave(): void {
        this.gone.abort();
    }

    private async take({ body }: Response): Promise<void> {
        const text = new TextDecoder();
        for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
            this.received += text.decode(chunk, { stream: true });
        }
    }
}

const read = (id: number, name: string, _meta = {}) => ({
    id,
    method: 'tools/call',
    params: { name: 'read', arguments: { folder: name }, _meta: { progressToken: 'p', ..._meta } }
});

/** What a client of an older version gets: with a connection, its stream, a call after it, and a stream again. */
async function legacy(address: string): Promise<string> {
    const client = new Listener(address);
    const params = { protocolVersion: '2025-11-25', capabilities: { sampling: {}, elicitation: {}, roots: {} } };
    const clientInfo = { name: 'c', version: '1' };
    const begun = await client.whole('POST', {}, { id: 0, method: 'initialize', params: { ...params, clientInfo } });
    const headers = { 'mcp-session-id': begun.headers.get('mcp-session-id')!, 'mcp-protocol-version': '2025-11-25' };
    await client.whole('POST', headers, { method: 'notifications/initialized' });
    await client.ask('GET', headers);
    await client.whole('POST', headers, read(1, 'secret'));
    await client.whole('POST', headers, read(1, 'inbox'));
    await client.ask('GET', { ...headers, 'last-event-id': 'resume' });
    await client.whole('DELETE', headers);
    await client.whole('GET', { ...headers, 'last-event-id': '1' });
    client.leave();
    return client.received;
}

/** What a client of 2026-07-28 gets. */
async function modern(address: string): Promise<string> {
    const client = new Listener(address);
    const version = '2026-07-28';
    const about = {
        'io.modelcontextprotocol/protocolVersion': version,
        'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': { sampling: {}, elicitation: {}, roots: {} }
    };
    const headers = { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': 'read' };
    const listen = { id: 7, method: 'subscriptions/listen', params: { notifications: {}, _meta: about } };
    await client.ask('POST', { 'mcp-protocol-version': version, 'mcp-method': listen.method }, listen);
    for (const name of ['secret', 'inbox']) {
        await client.whole('POST', headers, read(1, name, about));
    }
    client.leave();
    return client.received;
}

describe.each([
    ['2025-11-25', legacy],
    ['2026-07-28', modern]
])('over HTTP with %s', (_, received) => {
    test.each(Object.entries(WAYS))('a withheld result does not arrive as %s', async (_way, way) => {
        const { url, asked } = await badServer(way);
        expect(await received(await gatewayBefore(url))).not.toContain(KEY);
        expect(asked()).toBeDefined();
    });
});

test('the page counts these ways', () => expectOnPage('test/enforcement/results-over-http.test.ts', WAYS));
