/**
 * The gateway's address for one server. It serves clients of both protocol eras: older clients, which open a connection
 * with `initialize`, and clients of 2026-07-28, whose requests are independent of each other.
 */
import { randomUUID } from 'node:crypto';
import {
    classifyInboundRequest,
    type InboundModernRoute,
    isInitializeRequest,
    isJsonContentType,
    type JSONRPCMessage,
    PerRequestHTTPServerTransport,
    type RequestId,
    SUPPORTED_PROTOCOL_VERSIONS,
    WebStandardStreamableHTTPServerTransport
} from '@modelcontextprotocol/server';
import { type Fields, isFields } from '../../gateway/json.js';
import { areNumbersExact } from '../exact-numbers.js';
import type { EnforcingGateway } from '../gateway.js';
import { McpProxy, type MessageFacts, type ProxyOptions } from '../proxy.js';
import { Secrets } from '../server-messages.js';
import { ToolDefinitions } from '../tool-definitions.js';
import type { Client } from './clients.js';
import { asRequest, type HttpRequest } from './node-http.js';
import { connectionSession, type SessionSource, sessionOf } from './session-source.js';
import { Upstream } from './upstream.js';

export interface EndpointOptions extends Omit<ProxyOptions, 'toClient' | 'toServer' | 'definitions' | 'secrets'> {
    readonly gateway: EnforcingGateway;
    readonly url: URL;
    /** Best first. */
    readonly sessions: readonly SessionSource[];
}

/** The time in milliseconds after which an unused connection ends, as if its client had ended it. */
const IDLE_TIME = 24 * 3600 * 1000;
const MOST_CONNECTIONS = 10_000;
/** The maximum number of clients without connections whose tool lists are cached. */
const MOST_CALLERS = 1_000;

export class Endpoint {
    private readonly connections = new Map<string, Connection>();
    private readonly exchanges = new Set<PerRequestHTTPServerTransport>();
    /** For clients without connections, the tools that the server lists for them, by the clients' credentials. */
    private readonly listed = new Map<string, ToolDefinitions>();
    /** A server may write into the stream of any client without a connection. */
    private readonly secrets = new Secrets();
    private readonly cleaning = setInterval(() => this.endIdle(), IDLE_TIME / 24).unref();

    constructor(private readonly options: EndpointOptions) {}

    /** @param client the client, if clients prove who they are */
    async answer(request: HttpRequest, client?: Client): Promise<Response> {
        if (request.method !== 'POST') {
            return this.connectionOf(request, client)?.answer(request) ?? noConnection(request, 405);
        }
        if (!isJsonContentType(request.headers.get('content-type'))) {
            return refusal(415, 'Content-Type must be application/json');
        }
        const text = await request.text();
        const message = parsed(text);
        if (message === undefined) {
            return refusal(400, 'The body is not JSON.', -32700);
        }
        if (Array.isArray(message)) {
            return refusal(400, 'The gateway does not support batches of messages.', -32600);
        }
        const isExact = areNumbersExact(text);
        const outcome = classifyInboundRequest({
            httpMethod: 'POST',
            body: message,
            ...optional('protocolVersionHeader', request.headers.get('mcp-protocol-version')),
            ...optional('mcpMethodHeader', request.headers.get('mcp-method')),
            ...optional('mcpNameHeader', request.headers.get('mcp-name'))
        });
        switch (outcome.kind) {
            case 'reject': {
                const { httpStatus, code, data } = outcome;
                return refusal(httpStatus, outcome.message, code, { id: idOf(message), data });
            }
            case 'modern':
                return this.exchange(request, outcome, isExact, client);
            case 'legacy': {
                const connection = isInitializeRequest(message)
                    ? this.connect(client)
                    : this.connectionOf(request, client);
                return connection?.answer(request, message, isExact) ?? noConnection(request, 400);
            }
        }
    }

    async close(): Promise<void> {
        clearInterval(this.cleaning);
        await Promise.all([
            ...[...this.connections.values()].map((one) => one.close()),
            ...[...this.exchanges].map((one) => one.close())
        ]);
    }

    private connectionOf({ headers }: HttpRequest, client: Client | undefined): Connection | undefined {
        const found = this.connections.get(headers.get('mcp-session-id') ?? '');
        return found && found.client?.subject === client?.subject ? found : undefined;
    }

    private connect(client: Client | undefined): Connection | undefined {
        if (this.connections.size >= MOST_CONNECTIONS) {
            return undefined;
        }
        const id = randomUUID();
        const connection = new Connection(id, client, this.options, () => this.connections.delete(id));
        this.connections.set(id, connection);
        return connection;
    }

    private endIdle(): void {
        for (const connection of this.connections.values()) {
            if (Date.now() - connection.lastUsed > IDLE_TIME) {
                void connection.close();
            }
        }
    }

    /** A request of protocol version 2026-07-28. It ends with its response, or when the client disconnects. */
    private async exchange(
        request: HttpRequest,
        { message, classification }: InboundModernRoute,
        isExact: boolean,
        client: Client | undefined
    ): Promise<Response> {
        const { url, sessions } = this.options;
        const id = 'id' in message ? message.id : undefined;
        const transport = new PerRequestHTTPServerTransport({ classification });
        const upstream: Upstream = new Upstream({
            url,
            onMessage: (received, about) => proxy.fromServer(received, about),
            onUnanswered: (about, why) => proxy.unanswered(about, why)
        });
        const proxy: McpProxy = new McpProxy({
            ...this.options,
            ...(client && { agent: client.agent }),
            definitions: this.definitionsFor(client?.subject ?? request.headers.get('authorization') ?? ''),
            secrets: this.secrets,
            toServer: (sent) => upstream.send(sent, forServer(request.headers, client)),
            toClient: (sent) => void transport.send(asMessage(sent), id === undefined ? {} : { relatedRequestId: id })
        });
        const session = sessionOf(sessions, { headers: request.headers, message, ...(client && { client }) });
        this.exchanges.add(transport);
        transport.onmessage = () => proxy.fromClient(message, factsOf(session, isExact, request.headers));
        transport.onclose = () => {
            this.exchanges.delete(transport);
            void proxy.close();
            void upstream.close(false);
        };
        await transport.start();
        try {
            return await transport.handleMessage(message, { request: asRequest(request) });
        } catch {
            // The client has disconnected.
            return new Response(null, { status: 499 });
        } finally {
            if (id === undefined) {
                this.exchanges.delete(transport);
            }
        }
    }

    private definitionsFor(caller: string): ToolDefinitions {
        const found = this.listed.get(caller) ?? new ToolDefinitions();
        this.listed.delete(caller);
        this.listed.set(caller, found);
        if (this.listed.size > MOST_CALLERS) {
            this.listed.delete(this.listed.keys().next().value!);
        }
        return found;
    }
}

/** A client from its `initialize` to its end, with a separate session at the server. */
class Connection {
    lastUsed = Date.now();
    private readonly transport: WebStandardStreamableHTTPServerTransport;
    private readonly proxy: McpProxy;
    private readonly upstream: Upstream;
    /** The headers that a message with these facts arrived with, which are passed on to the server. */
    private readonly headers = new WeakMap<MessageFacts, Headers>();
    private latest = new Headers();
    private readonly inexact = new WeakSet<HttpRequest>();
    /** True if the session is named after this connection, and a call was made in it. */
    private hasSession = false;
    private isClosed = false;

    constructor(
        private readonly id: string,
        readonly client: Client | undefined,
        private readonly options: EndpointOptions,
        private readonly onEnd: () => void
    ) {
        this.transport = new WebStandardStreamableHTTPServerTransport({
            sessionIdGenerator: () => id,
            // The server decides which protocol versions it supports.
            supportedProtocolVersions: [...SUPPORTED_PROTOCOL_VERSIONS],
            onsessionclosed: () => this.end(true)
        });
        this.transport.onmessage = (message, extra) => this.received(message, extra?.request);
        this.upstream = new Upstream({
            url: options.url,
            onMessage: (message, about) => this.proxy.fromServer(message, about),
            onUnanswered: (about, why) => this.proxy.unanswered(about, why),
            onForgotten: () => void this.close()
        });
        this.proxy = new McpProxy({
            ...options,
            ...(client && { agent: client.agent }),
            toServer: (message, received) => {
                if (message['method'] === 'notifications/cancelled' && isFields(message['params'])) {
                    this.upstream.cancel(message['params']['requestId']);
                }
                this.upstream.send(message, (received && this.headers.get(received)) ?? this.latest);
            },
            toClient: (message, about) => this.toClient(message, about)
        });
    }

    answer(request: HttpRequest, message?: unknown, isExact = true): Promise<Response> {
        this.lastUsed = Date.now();
        if (!isExact) {
            this.inexact.add(request);
        }
        return this.transport.handleRequest(asRequest(request), message === undefined ? {} : { parsedBody: message });
    }

    private received(message: JSONRPCMessage, request: HttpRequest | undefined): void {
        const { headers } = request ?? { headers: this.latest };
        const { client } = this;
        this.latest = forServer(headers, client);
        const isExact = request === undefined || !this.inexact.has(request);
        const session = sessionOf(this.options.sessions, {
            headers,
            message,
            connection: this.id,
            ...(client && { client })
        });
        this.hasSession ||=
            session === connectionSession(this.id) && 'method' in message && message.method === 'tools/call';
        const facts = factsOf(session, isExact, headers);
        this.headers.set(facts, this.latest);
        this.proxy.fromClient(message, facts);
    }

    close(): Promise<void> {
        return this.end(false);
    }

    private toClient(message: Fields, about: unknown): void {
        const options = about === undefined ? {} : { relatedRequestId: about as RequestId };
        // A client that no longer waits gets nothing.
        void this.transport.send(asMessage(message), options).catch(() => undefined);
    }

    /** @param isOver true if the client's session at the server ends too */
    private async end(isOver: boolean): Promise<void> {
        if (this.isClosed) {
            return;
        }
        this.isClosed = true;
        this.onEnd();
        await this.proxy.close();
        if (this.hasSession) {
            // If the log cannot be written, no more calls are let through.
            await this.options.gateway.happen(connectionSession(this.id), { type: 'end' }).catch(() => undefined);
        }
        await this.upstream.close(isOver);
        await this.transport.close();
    }
}

/** The token of a client is for the gateway, and no server may use it elsewhere. */
function forServer(headers: Headers, client: Client | undefined): Headers {
    if (!client) {
        return headers;
    }
    const others = new Headers(headers);
    others.delete('authorization');
    return others;
}

/** After a 404, clients start again. */
function noConnection({ headers }: HttpRequest, otherwise: number): Response {
    return headers.has('mcp-session-id')
        ? refusal(404, 'Session not found', -32001)
        : refusal(otherwise, 'The request needs the header Mcp-Session-Id, which the answer to `initialize` has.');
}

function factsOf(session: string | undefined, isExact: boolean, headers: Headers): MessageFacts {
    const traceparent = headers.get('traceparent');
    return { isExact, ...(session !== undefined && { session }), ...(traceparent !== null && { traceparent }) };
}

function asMessage(message: Fields): JSONRPCMessage {
    return message as unknown as JSONRPCMessage;
}

function parsed(text: string): unknown {
    try {
        const value = JSON.parse(text) as unknown;
        // The message is serialized again, so a value that is nested too deeply for that is not accepted as a message.
        JSON.stringify(value);
        return value ?? undefined;
    } catch {
        return undefined;
    }
}

function optional<K extends string>(name: K, value: string | null): { readonly [name in K]?: string } {
    return (value === null ? {} : { [name]: value }) as { readonly [name in K]?: string };
}

function idOf(message: unknown): unknown {
    const id = isFields(message) ? message['id'] : undefined;
    return typeof id === 'string' || typeof id === 'number' ? id : null;
}

export function refusal(
    status: number,
    message: string,
    code = -32000,
    { id = null, data }: { readonly id?: unknown; readonly data?: unknown } = {}
): Response {
    const error = { code, message, ...(data !== undefined && { data }) };
    return Response.json({ jsonrpc: '2.0', id, error }, { status });
}
