/**
 * The requests and notifications of a server. They answer nothing, so they could carry the result of any call: one that
 * may contain a result which a rule withholds does not reach the client.
 */
import { type Fields, isFields } from '../gateway/json.js';
import type { EnforcingGateway } from './gateway.js';
import { ACKNOWLEDGED, failure, isAboutTasks, LOST, metaOf, SUBSCRIPTION, withMeta } from './mcp-messages.js';
import { type ClientRequest, type OpenCall, type OpenRequests, tokenOf } from './open-requests.js';

interface Connection {
    readonly gateway: EnforcingGateway;
    readonly isObserving: boolean;
    readonly open: OpenRequests;
    readonly secrets: Secrets;
    /** @param request the client's request that the message belongs to, if it is known */
    readonly toClient: (message: Fields, request: ClientRequest | undefined) => void;
    readonly toServer: (message: Fields) => void;
}

/** What a server knows and its clients must not get. Clients without a connection share it, as they share streams. */
export class Secrets {
    /** Calls at the server whose results a rule may withhold. */
    readonly running = new Set<OpenCall>();
    /** True once the server has a result that its client did not get, and that a rule withholds or may withhold. */
    isKept = false;

    get areAny(): boolean {
        return this.isKept || this.running.size > 0;
    }
}

export class ServerMessages {
    constructor(private readonly connection: Connection) {}

    /** Called when the server gets the call. */
    began(call: OpenCall): void {
        if (this.isSecret(call)) {
            this.connection.secrets.running.add(call);
        }
    }

    /** Called when the call has ended, before its end is recorded if it is lost. */
    ended(call: OpenCall, how: 'given out' | 'withheld' | 'lost'): void {
        const { secrets } = this.connection;
        secrets.isKept ||= how === 'withheld' || (how === 'lost' && this.isSecret(call));
        secrets.running.delete(call);
    }

    /** True if a rule may withhold the result of the running call. */
    isSecret(call: OpenCall): boolean {
        const { name, session } = call;
        return (
            this.connection.secrets.running.has(call) ||
            (name !== undefined && session !== undefined && this.connection.gateway.mayWithhold(session, name))
        );
    }

    /**
     * Passes the message on if it may.
     *
     * @param about the number of the request that the message belongs to, if the transport knows it
     */
    pass({ id, params }: Fields, method: string, about: unknown): void {
        if (method === 'notifications/progress') {
            this.progress(params);
            return;
        }
        const subscription = metaOf(params)[SUBSCRIPTION];
        const number = about ?? subscription;
        const request = this.connection.open.numbered(number);
        const isRequest = typeof id === 'string' || typeof id === 'number';
        const message = { jsonrpc: '2.0', ...(isRequest && { id }), method };
        const { toClient, toServer } = this.connection;
        if (!this.mayContainSecret(method, request, number)) {
            const all = params !== undefined && { params: forClient(params, request) };
            toClient({ ...message, ...all }, request);
        } else if (CONTENT_FREE.has(method) && !isRequest && (number === undefined || request)) {
            const isStream = request !== undefined && subscription !== undefined;
            const meta = isStream && { params: withMeta({}, SUBSCRIPTION, request.message['id']) };
            toClient({ ...message, ...meta }, request);
        } else if (method === 'ping' && isRequest) {
            toServer({ jsonrpc: '2.0', id, result: {} });
        } else if (isRequest) {
            toServer(failure({ id }, LOST, NOT_PASSED));
        }
    }

    /** @param number the number at the server of the request that the message belongs to, if there is one */
    private mayContainSecret(method: string, request: ClientRequest | undefined, number: unknown): boolean {
        if (this.connection.isObserving) {
            return false;
        }
        if (isAboutTasks(method) || (number !== undefined && !request)) {
            return true;
        }
        if (request?.call) {
            return this.isSecret(request.call);
        }
        // A subscription is answered by its acknowledgement; what comes after it belongs to no request.
        const isStream = request !== undefined && opensStream(request) && method !== ACKNOWLEDGED;
        return (!request || isStream) && this.connection.secrets.areAny;
    }

    /** The answer to a request that is no call, as the client may get it. What ends a stream belongs to no request. */
    answerTo(request: ClientRequest, { result, error }: Fields): Fields {
        const isSecret = opensStream(request) && !this.connection.isObserving && this.connection.secrets.areAny;
        if (result === undefined) {
            return { error: isSecret ? { code: LOST, message: NOT_PASSED } : error };
        }
        return { result: forClient(isSecret ? withMeta({}, SUBSCRIPTION, '') : result, request) };
    }

    /** Progress with text may contain the result, so of a call that may be withheld only the fact of progress passes. */
    private progress(params: unknown): void {
        const request = this.connection.open.numbered(isFields(params) ? params['progressToken'] : undefined);
        const progressToken = request && tokenOf(request.message);
        if (progressToken === undefined) {
            return;
        }
        const reports = ++request!.reports;
        const isSecret = request!.call !== undefined && this.isSecret(request!.call);
        const told = isSecret ? { progress: reports } : (params as Fields);
        const message = { jsonrpc: '2.0', method: 'notifications/progress', params: { ...told, progressToken } };
        this.connection.toClient(message, request);
    }
}

const NOT_PASSED = 'The gateway does not pass this on, because it may contain a result that a rule withholds.';

function opensStream({ message }: ClientRequest): boolean {
    return message['method'] === 'subscriptions/listen';
}

/** Notifications of the server that are complete without parameters. A request may have a text as its id. */
const CONTENT_FREE: ReadonlySet<string> = new Set([
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
    'notifications/resources/list_changed'
]);

/** The parameters or result with the client's own id of the subscription. */
function forClient(value: unknown, request: ClientRequest | undefined): unknown {
    return request && isFields(value) && metaOf(value)[SUBSCRIPTION] !== undefined
        ? withMeta(value, SUBSCRIPTION, request.message['id'])
        : value;
}
