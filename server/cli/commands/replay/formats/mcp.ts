/**
 * Reads messages of the Model Context Protocol: plain JSON-RPC, or inside a proxy's wrapper (a time, a direction, the
 * server, the session). A request `tools/call` is a call, and its response ends it.
 */
import type { CallRequest, SessionRecord } from '../../../../gateway/events.js';
import { type Fields, isFields, parsed } from '../../../../gateway/json.js';
import { answerOfMcp, recordOf } from '../../../../gateway/mcp-answer.js';
import type { Emit, Place, TraceReader } from './format.js';
import { textOf, timeOf, UnreadableValue } from './format.js';

const MESSAGE = ['message', 'msg', 'payload', 'data', 'body', 'frame', 'json', 'request', 'response'];
const SESSION = ['session', 'sessionId', 'session_id', 'mcp-session-id', 'connection', 'connectionId'];
const SERVER = ['server', 'serverName', 'server_name'];

interface Around {
    readonly session: string;
    readonly server: string | undefined;
}

export class McpReader implements TraceReader {
    readonly format = 'mcp';
    readonly hasUsers = false;
    readonly notes = ['MCP messages do not contain what the user says, so conditions on it are unknown.'];
    /** Calls without a response, by session, server and id. */
    private readonly calls = new Set<string>();
    /** Other requests, and cancelled calls: their responses do not end a call. */
    private readonly others = new Set<string>();
    private connections = 0;
    /** Servers that were initialized in the current connection: a second initialization begins another session. */
    private readonly greeted = new Set<string>();

    read(value: unknown, place: Place, emit: Emit): void {
        if (Array.isArray(value)) {
            value.forEach((one: unknown, index) => this.read(one, { ...place, path: `${place.path}[${index}]` }, emit));
            return;
        }
        if (!isFields(value)) {
            throw new UnreadableValue('a message is a JSON object');
        }
        const message = messageIn(value);
        if (!message) {
            throw new UnreadableValue('there is no JSON-RPC message in it');
        }
        const around = message === value ? {} : value;
        const server = textOf(around, ...SERVER);
        if (message['method'] === 'initialize') {
            this.greet(server ?? '');
        }
        const session = textOf(around, ...SESSION) ?? `connection ${Math.max(1, this.connections)}`;
        this.message(
            message,
            { session, server, agent: textOf(around, 'agent'), toServer: directionOf(around) },
            timeOf(around),
            place,
            emit
        );
    }

    finish(): void {}

    private message(
        message: Fields,
        {
            session,
            server,
            agent,
            toServer
        }: Around & { readonly agent: string | undefined; readonly toServer: boolean | undefined },
        time: { readonly time?: string | number },
        place: Place,
        emit: Emit
    ): void {
        const say = (record: SessionRecord): void =>
            emit({ session, record: { ...record, ...time }, place, ...(server !== undefined && { server }) });
        const id = textOf(message, 'id');
        const { method } = message;
        if (method === 'tools/call' && toServer !== false) {
            if (id === undefined) {
                throw new UnreadableValue('the request `tools/call` has no `id`, so no response can end it');
            }
            const call = callIn(message);
            this.others.delete(keyOf(session, server, id));
            this.calls.add(keyOf(session, server, id));
            say({ type: 'call', id: keyOf('', server, id), ...call, ...(agent !== undefined && { agent }) });
        } else if (method === 'notifications/cancelled') {
            const params = isFields(message['params']) ? message['params'] : {};
            const cancelled = textOf(params, 'requestId');
            // The cancellation may cross the response.
            if (cancelled !== undefined && this.calls.delete(keyOf(session, server, cancelled))) {
                this.others.add(keyOf(session, server, cancelled));
                say({ type: 'lost', id: keyOf('', server, cancelled) });
            }
        } else if (method !== undefined && id !== undefined && toServer !== false) {
            this.others.add(keyOf(session, server, id));
        } else if (method === undefined && id !== undefined && toServer !== true) {
            if (!this.others.delete(keyOf(session, server, id))) {
                this.calls.delete(keyOf(session, server, id));
                say(answerIn(message, keyOf('', server, id)));
            }
        }
    }

    private greet(server: string): void {
        if (this.connections === 0 || this.greeted.has(server)) {
            this.connections++;
            this.greeted.clear();
        }
        this.greeted.add(server);
    }
}

/** True if the value looks like a JSON-RPC message. */
export function isMessage(value: unknown): value is Fields {
    return (
        isFields(value) &&
        (value['jsonrpc'] !== undefined || (value['id'] !== undefined && ('result' in value || 'error' in value))) &&
        ('method' in value || 'result' in value || 'error' in value)
    );
}

/** The message itself, or the message in one of the fields that proxies use for it, as JSON or as text. */
export function messageIn(value: Fields): Fields | undefined {
    return isMessage(value)
        ? value
        : MESSAGE.map((name) => {
              const inner = value[name];
              return typeof inner === 'string' ? parsed(inner) : inner;
          }).find((inner): inner is Fields => isMessage(inner));
}

/** True if the message goes from the client to the server; undefined if the wrapper does not state it. */
function directionOf(around: Fields): boolean | undefined {
    const text = (textOf(around, 'direction', 'dir', 'from', 'source', 'sender') ?? '').toLowerCase();
    if (/^(client|c2s|request|to.?server)/.test(text)) {
        return true;
    }
    return /^(server|s2c|response|to.?client)/.test(text) ? false : undefined;
}

function callIn(message: Fields): Pick<CallRequest, 'tool' | 'args'> {
    const params = isFields(message['params']) ? message['params'] : {};
    const tool = params['name'];
    if (typeof tool !== 'string') {
        throw new UnreadableValue('the request `tools/call` names no tool');
    }
    const args = params['arguments'] ?? {};
    if (!isFields(args)) {
        throw new UnreadableValue('the arguments of the request `tools/call` are not a JSON object');
    }
    return { tool, args: args as NonNullable<CallRequest['args']> };
}

function answerIn({ error, result }: Fields, id: string): SessionRecord {
    return { ...recordOf(answerOfMcp(error === undefined ? result : undefined)), id };
}

function keyOf(session: string, server: string | undefined, id: string): string {
    return JSON.stringify([session, server ?? '', id]);
}
