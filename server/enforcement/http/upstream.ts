/**
 * Sends a client's requests to the server behind the gateway, each with its own transport. It is therefore known which
 * request a message of the server belongs to, and each request ends independently.
 */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { type Fields, isFields, parsed } from '../../gateway/json.js';
import { systemReason } from '../../workspace/errors.js';
import { boundedFetch } from './bounded-fetch.js';

export interface UpstreamOptions {
    readonly url: URL;
    /** @param about the id of the request that the message belongs to */
    readonly onMessage: (message: unknown, about?: unknown) => void;
    /** The server will not respond to the request. */
    readonly onUnanswered: (id: unknown, why: string) => void;
    /** The server no longer knows the session. */
    readonly onForgotten?: () => void;
}

const INITIALIZED = 'notifications/initialized';

/** One client at one server: its session there, if the protocol has sessions, and its open requests. */
export class Upstream {
    private readonly open = new Map<unknown, StreamableHTTPClientTransport>();
    /** The transport of `initialize`, which knows the id of the session. */
    private first: StreamableHTTPClientTransport | undefined;
    /** Receives messages that the server sends outside of any request. */
    private listening: StreamableHTTPClientTransport | undefined;
    private headers = new Headers();
    private initialized: Promise<void> = Promise.resolve();

    constructor(private readonly options: UpstreamOptions) {}

    /**
     * Never throws: a request that cannot be sent counts as unanswered.
     *
     * @param headers the client's headers, which are passed on to the server, except those of the connection
     */
    send(message: Fields, headers: Headers): void {
        const sending = this.initialized.then(() => this.sent(message, headers)).catch(() => undefined);
        if (message['method'] === INITIALIZED) {
            // The client gets its response at once, but the server must not get the next request before this message.
            this.initialized = sending;
        }
    }

    /** The client no longer wants a response. */
    cancel(id: unknown): void {
        this.take(id);
    }

    /** @param isOver true if the client has ended its session with the server */
    async close(isOver: boolean): Promise<void> {
        [...this.open.keys()].forEach((id) => this.take(id));
        void this.listening?.close();
        if (isOver && this.first) {
            const ending = this.transport(this.headers, () => undefined);
            await ending.start();
            await ending.terminateSession().catch(() => undefined);
            await ending.close();
        }
    }

    private async sent(message: Fields, headers: Headers): Promise<void> {
        const { method, id } = message;
        this.headers = headers;
        const isRequest = method !== undefined && id !== undefined;
        let isStream = false;
        const transport = this.transport(headers, (type) => (isStream = type.startsWith('text/event-stream')));
        const unanswered = (why: string): void => {
            if (isRequest && this.open.get(id) === transport) {
                this.take(id);
                this.options.onUnanswered(id, why);
            }
        };
        transport.onmessage = (received) => this.received(received, transport, isRequest ? id : undefined);
        await transport.start();
        if (isRequest) {
            this.take(id);
            this.open.set(id, transport);
        }
        if (method === 'initialize') {
            this.first = transport;
        } else if (method === INITIALIZED) {
            this.listening = transport;
        }
        try {
            await transport.send(message as unknown as JSONRPCMessage, {
                onRequestStreamEnd: () => unanswered('The server ended the connection before it answered.')
            });
            if (!isStream) {
                // The whole response has been read.
                unanswered('The server answered something else.');
            }
        } catch (error) {
            this.received(errorIn(error), transport, isRequest ? id : undefined);
            unanswered(`The server cannot be reached, or refused the request: ${reasonOf(error)}`);
            if (statusOf(error) === 404 && this.first?.sessionId !== undefined) {
                this.options.onForgotten?.();
            }
        }
        if (!isRequest && transport !== this.listening) {
            await transport.close();
        }
    }

    private received(message: unknown, transport: StreamableHTTPClientTransport, about: unknown): void {
        if (!isFields(message)) {
            return;
        }
        if (message['method'] !== undefined) {
            this.options.onMessage(message, about);
        } else if (about !== undefined && message['id'] === about && this.open.get(about) === transport) {
            // A response to another request than the one that it arrives with is ignored.
            this.take(about);
            this.options.onMessage(message, about);
        }
    }

    /** @param onType receives the content type of each response */
    private transport(headers: Headers, onType: (type: string) => void): StreamableHTTPClientTransport {
        const sessionId = this.first?.sessionId;
        const protocolVersion = headers.get('mcp-protocol-version');
        const passed = Object.fromEntries([...headers].filter(([name]) => !OWN_HEADERS.has(name)));
        return new StreamableHTTPClientTransport(this.options.url, {
            fetch: async (url, init) => {
                const response = await boundedFetch(url, init);
                onType(response.headers.get('content-type') ?? '');
                return response;
            },
            requestInit: { headers: passed },
            ...(sessionId !== undefined && { sessionId }),
            ...(protocolVersion !== null && { protocolVersion })
        });
    }

    private take(id: unknown): void {
        const transport = this.open.get(id);
        this.open.delete(id);
        void transport?.close();
    }
}

/** Headers that belong to one connection or transport, so they are not passed on. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
    'accept',
    'accept-encoding',
    'accept-language',
    'connection',
    'content-encoding',
    'content-length',
    'content-type',
    'expect',
    'host',
    'keep-alive',
    'last-event-id',
    'mcp-method',
    'mcp-name',
    'mcp-protocol-version',
    'mcp-session-id',
    'origin',
    'proxy-authorization',
    'proxy-connection',
    'sec-fetch-mode',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'user-agent'
]);

/** The protocol error that a server sends together with an HTTP error status. */
function errorIn(error: unknown): unknown {
    const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
    const value = parsed(String(isFields(data) ? data['text'] : ''));
    return isFields(value) && isFields(value['error']) ? value : undefined;
}

function statusOf(error: unknown): number | undefined {
    const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
    const status = isFields(data) ? data['status'] : undefined;
    return typeof status === 'number' ? status : undefined;
}

/** Nothing that the server sent is part of the reason, because a rule may withhold it. Messages of errors quote answers. */
function reasonOf(error: unknown): string {
    const status = statusOf(error);
    if (status !== undefined) {
        return `status ${status}`;
    }
    const from = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const { code } = from as NodeJS.ErrnoException;
    return typeof code === 'string' && /^E[A-Z]+$/.test(code)
        ? systemReason(from)
        : 'its answer is too large, or cannot be read';
}
