/**
 * The requests that a server has not answered. Towards the server each one has a number of the gateway's own, which is
 * never used again: a client may reuse an id or a progress token, for example after it cancelled a request, and what the
 * server still sends for the first request would then be taken for the second.
 */
import type { Fields } from '../gateway/json.js';
import { metaOf, withMeta } from './mcp-messages.js';

/** A tool call of the client. */
export interface OpenCall {
    readonly tool: string;
    readonly session?: string;
    readonly traceparent?: string;
    readonly ids: Fields;
    /** True if the protocol version of the call requires its result to state whether it is complete. */
    readonly isModern: boolean;
    /** Ends the wait for a decision. */
    readonly cancelling: AbortController;
    /** The id of the call in the log, once it has been released. */
    name?: string;
}

/** A request of the client. */
export interface ClientRequest {
    readonly message: Fields;
    readonly call?: OpenCall;
    /** The number of the request at the server; undefined if the server has not got it. */
    number?: number;
    /** How often the server reported progress. */
    reports: number;
}

/** A request of the gateway itself. */
export interface OwnRequest {
    readonly resolve: (result: unknown) => void;
    readonly reject: (error: Error) => void;
}

export class OpenRequests {
    private readonly byId = new Map<string, ClientRequest>();
    private readonly atServer = new Map<unknown, SentRequest>();
    private numbers = 0;

    /** The client's request with this id. The ids `1` and `"1"` are different. */
    withId(id: unknown): ClientRequest | undefined {
        return this.byId.get(keyOf(id));
    }

    /** The client's request with this number at the server. */
    numbered(number: unknown): ClientRequest | undefined {
        const found = this.atServer.get(number);
        return found && 'message' in found ? found : undefined;
    }

    add(message: Fields, call?: OpenCall): ClientRequest {
        const request: ClientRequest = { message, ...(call !== undefined && { call }), reports: 0 };
        this.byId.set(keyOf(message['id']), request);
        return request;
    }

    /** Returns the message that goes to the server. */
    forwarded(request: ClientRequest): Fields {
        const id = ++this.numbers;
        request.number = id;
        this.atServer.set(id, request);
        const { message } = request;
        return tokenOf(message) === undefined
            ? { ...message, id }
            : { ...message, id, params: withMeta(message['params'] as Fields, 'progressToken', id) };
    }

    /** Returns the number at the server. */
    addOwn(request: OwnRequest): number {
        this.atServer.set(++this.numbers, request);
        return this.numbers;
    }

    /** Nothing that the server sends for the request counts any more. */
    delete(request: ClientRequest): void {
        this.atServer.delete(request.number);
        if (this.withId(request.message['id']) === request) {
            this.byId.delete(keyOf(request.message['id']));
        }
    }

    /** Takes the request with this number; an answer to any other number answers nothing. */
    take(number: unknown): SentRequest | undefined {
        const found = this.atServer.get(number);
        this.atServer.delete(number);
        if (found && 'message' in found) {
            this.delete(found);
        }
        return found;
    }

    takeAll(): SentRequest[] {
        const all = new Set([...this.byId.values(), ...this.atServer.values()]);
        this.byId.clear();
        this.atServer.clear();
        return [...all];
    }
}

export type SentRequest = ClientRequest | OwnRequest;

/** The progress token of the client's request. */
export function tokenOf({ params }: Fields): unknown {
    return metaOf(params)['progressToken'];
}

function keyOf(id: unknown): string {
    return JSON.stringify(id) ?? '';
}
