/**
 * A proxy between one client and one server of the Model Context Protocol. Messages pass through; only tool calls are
 * decided, and their results recorded. A message of the server reaches the client only if it answers an open request, or
 * cannot contain a result that a rule withholds. This class knows JSON-RPC and `tools/call`, but not how messages are sent.
 */
import { GuardrailError } from '../gateway/errors.js';
import type { JsonObject, SessionRecord } from '../gateway/events.js';
import { type Fields, isFields } from '../gateway/json.js';
import { CodedError } from '../workspace/errors.js';
import { deadline } from './deadline.js';
import { denial, holding, refusal, withholding, withoutResult } from './explanations.js';
import type { EnforcingGateway } from './gateway.js';
import {
    endOf,
    failure,
    INVALID,
    isAboutTasks,
    isQuestion,
    LOST,
    metaOf,
    NO_METHOD,
    traceparentOf,
    withoutTasks
} from './mcp-messages.js';
import { type OpenCall, OpenRequests, type SentRequest } from './open-requests.js';
import type { Ruling, Submission } from './submission.js';
import { PersonAtClient } from './person-at-client.js';
import { Secrets, ServerMessages } from './server-messages.js';
import { ToolDefinitions } from './tool-definitions.js';

export interface ProxyOptions {
    readonly gateway: EnforcingGateway;
    /** The name of the server in the policy. */
    readonly server: string;
    /** The agent that calls; if absent, the only agent of the policy. */
    readonly agent?: string;
    /**
     * The time in milliseconds that a held call waits for its approval before the model is told that the call is
     * waiting.
     */
    readonly patience: number;
    /** The human of the policy who sits at the client and may be asked there; if absent, nobody is asked. */
    readonly personAtClient?: string;
    /** If true, every call is let through. */
    readonly observe?: boolean;
    /** The tools that the server listed, if several proxies share them. */
    readonly definitions?: ToolDefinitions;
    /** What the server knows and the clients must not get, if several proxies share it. */
    readonly secrets?: Secrets;
    /**
     * Switches to a changed policy before a call is decided. Never rejects: if the changed policy cannot be enforced,
     * the previous one stays in force.
     */
    readonly upToDate?: () => Promise<void>;
    /** @param about the id of the client's request that the message belongs to, if it is known */
    readonly toClient: (message: Fields, about?: unknown) => void;
    /** @param received the facts about the client's message that it belongs to, if there is one */
    readonly toServer: (message: Fields, received?: MessageFacts) => void;
}

/** Facts about a message of the client that its JSON does not contain. */
export interface MessageFacts {
    /** The session of a call; absent if nothing names it, in which case the call is denied. */
    readonly session?: string;
    /** False if the text of the message contains numbers that JavaScript cannot represent. */
    readonly isExact?: boolean;
    /** The trace context of the transport; that of the message itself takes precedence. */
    readonly traceparent?: string;
}

/** The time in milliseconds that the server may take to list its tools. */
const LIST_TIME = 30_000;

export class McpProxy {
    private readonly open = new OpenRequests();
    private readonly messages: ServerMessages;
    private readonly definitions: ToolDefinitions;
    private readonly person: PersonAtClient | undefined;
    private isClosed = false;

    constructor(private readonly options: ProxyOptions) {
        const { gateway, personAtClient, observe = false, definitions = new ToolDefinitions() } = options;
        const { toClient, toServer, secrets = new Secrets() } = options;
        this.definitions = definitions;
        this.messages = new ServerMessages({
            gateway,
            isObserving: observe,
            open: this.open,
            secrets,
            toClient: (message, request) => toClient(message, request?.message['id']),
            toServer
        });
        this.person = personAtClient === undefined ? undefined : new PersonAtClient(gateway, personAtClient, toClient);
    }

    fromClient(message: unknown, received: MessageFacts): void {
        if (Array.isArray(message)) {
            // Current protocol versions have no batches, and each message of a batch would need a separate decision.
            message.forEach((one: unknown) => {
                if (isFields(one) && 'id' in one && 'method' in one) {
                    this.options.toClient(failure(one, INVALID, 'The gateway does not support batches of messages.'));
                }
            });
            return;
        }
        if (!isFields(message)) {
            this.options.toClient(failure({ id: null }, INVALID, 'This is not a JSON-RPC message.'));
            return;
        }
        const { method, params } = message;
        if (typeof method === 'string' && 'id' in message) {
            this.request(message, method, received);
        } else if (method === 'notifications/cancelled' && isFields(params)) {
            this.cancel(message, params, received);
        } else if (method === undefined && this.person?.isAnswer(message)) {
            // The call may have been answered in another way in the meantime.
            this.person.answered(message).catch(() => undefined);
        } else if (method !== 'tools/call') {
            // Nobody could report the end of a call without an id.
            this.options.toServer(message, received);
        }
    }

    /** @param about the number at the server of the request that the message belongs to, if the transport knows it */
    fromServer(message: unknown, about?: unknown): void {
        if (Array.isArray(message)) {
            message.forEach((one: unknown) => this.fromServer(one, about));
            return;
        }
        if (!isFields(message)) {
            return;
        }
        const { method } = message;
        if (method === undefined) {
            this.answer(message);
        } else if (typeof method === 'string' && !('result' in message) && !('error' in message)) {
            if (method === 'notifications/tools/list_changed') {
                this.definitions.invalidate();
            }
            this.messages.pass(message, method, about);
        }
    }

    /** Called if the server does not respond to a request that it received: nobody knows how a call ended. */
    unanswered(number: unknown, why: string): void {
        const request = this.open.take(number);
        if (request) {
            void this.end(request, why);
        }
    }

    /** Called when the server is gone: its calls are lost, and the client gets an error for each request. */
    async close(): Promise<void> {
        this.isClosed = true;
        await Promise.all(this.open.takeAll().map((one) => this.end(one, 'The server ended before it answered.')));
    }

    private async end(request: SentRequest, why: string): Promise<void> {
        if (!('message' in request)) {
            request.reject(new Error(why));
            return;
        }
        if (request.call) {
            request.call.cancelling.abort(new Cancelled());
            // A call whose end cannot be recorded is lost, after a restart too.
            await this.lost(request.call).catch(() => undefined);
        }
        this.options.toClient(failure(request.message, LOST, why));
    }

    private request(message: Fields, method: string, received: MessageFacts): void {
        const { id, params } = message;
        const refuse = (code: number, why: string): void => this.options.toClient(failure(message, code, why));
        if (typeof id !== 'string' && typeof id !== 'number') {
            this.options.toClient(failure({ id: null }, INVALID, 'The id of a request is a text or a number.'));
        } else if (this.open.withId(id)) {
            refuse(INVALID, 'Another request with this id has no answer yet.');
        } else if (method === 'tools/call') {
            void this.call(message, received);
        } else if (isAboutTasks(method) && !this.isObserving) {
            refuse(NO_METHOD, 'The gateway passes no tasks on: a result arrives only as the answer to its call.');
        } else {
            if (method === 'initialize') {
                this.person?.initialized(params);
            }
            this.options.toServer(this.open.forwarded(this.open.add(message)), received);
        }
    }

    private async call(message: Fields, received: MessageFacts): Promise<void> {
        const { session, isExact = true, traceparent } = received;
        const { id, params } = message;
        const { name, arguments: args = {} } = isFields(params) ? params : {};
        if (!isFields(params) || typeof name !== 'string' || !isFields(args)) {
            const problem = 'A call has the name of a tool, and arguments that are an object.';
            this.options.toClient(failure(message, INVALID, problem));
            return;
        }
        const call: OpenCall = {
            tool: `${this.options.server}.${name}`,
            ...(session !== undefined && { session }),
            ...optionalTrace(traceparentOf(message) ?? traceparent),
            ids: { id },
            isModern: metaOf(params)['io.modelcontextprotocol/protocolVersion'] !== undefined,
            cancelling: new AbortController()
        };
        const request = this.open.add(this.isObserving ? message : { ...message, params: withoutTasks(params) }, call);
        try {
            const stopped = await this.decided(call, { params, args: args as JsonObject, isExact, received });
            if (this.open.withId(id) !== request) {
                await this.lost(call);
            } else if (stopped === undefined) {
                this.messages.began(call);
                this.options.toServer(this.open.forwarded(request), received);
            } else {
                this.open.delete(request);
                this.options.toClient(toolError(call, stopped));
            }
        } catch (error) {
            if (error instanceof Cancelled) {
                return;
            }
            this.open.delete(request);
            await this.lost(call).catch(() => undefined);
            this.options.toClient(toolError(call, failed(error)));
        }
    }

    /** Undefined if the call is made now; otherwise the reason, worded for the model. */
    private async decided(
        call: OpenCall,
        { params, args, isExact, received }: ReceivedCall
    ): Promise<string | undefined> {
        const { gateway, agent, upToDate } = this.options;
        const { tool, session, cancelling } = call;
        const trace = optionalTrace(call.traceparent);
        await upToDate?.();
        const problem =
            session === undefined ? NO_SESSION : await this.problemOf(params, tool, { session, isExact, received });
        if (session === undefined || problem !== undefined) {
            const named = session !== undefined && { session };
            await gateway.denyUndecided({ ...named, tool, problem: problem! }, trace);
            return this.isObserving ? undefined : `The gateway denied ${tool}, and the call was not made: ${problem}.`;
        }
        const submission: Submission = { tool, args, ...(agent !== undefined && { agent }) };
        cancelling.signal.throwIfAborted();
        let changes: ReturnType<EnforcingGateway['changes']> | undefined;
        // A person may answer before the submission returns.
        const onHeld = (): void => {
            changes ??= gateway.changes(deadline(this.options.patience, cancelling.signal));
        };
        try {
            for (;;) {
                const ruling = await gateway.submit(session, submission, {
                    signal: cancelling.signal,
                    onHeld,
                    ...trace
                });
                if (ruling.isReleased) {
                    call.name = ruling.id;
                    return undefined;
                }
                const { decision } = ruling;
                if (decision.kind !== 'held') {
                    return denial(gateway.policyOf(session).model, tool, decision);
                }
                this.person?.ask({ id: ruling.id, tool, args, rules: decision.rules }, call.ids['id']);
                const answer = await answerTo(ruling, changes!);
                cancelling.signal.throwIfAborted();
                if (answer === undefined) {
                    return holding(tool, ruling.id, decision.rules);
                }
                if (answer.type === 'refuse') {
                    return refusal(tool, answer.human);
                }
            }
        } finally {
            await changes?.return?.();
        }
    }

    /** The reason why the call cannot be decided at all. */
    private async problemOf(
        params: Fields,
        tool: string,
        { session, isExact, received }: { readonly session: string } & Pick<ReceivedCall, 'isExact' | 'received'>
    ): Promise<string | undefined> {
        if (!isExact) {
            return 'its arguments contain a number that would be changed on the way; pass it as a text, if the tool accepts one';
        }
        if (params['task'] !== undefined) {
            return 'it asks for a task, whose result would arrive in a way that is not recorded';
        }
        const policy = this.options.gateway.policyOf(session);
        if (!policy.loaded.tools.includes(tool)) {
            return 'the tool is not in the inventory of the policy';
        }
        const pin = policy.pins.get(tool);
        return pin === undefined
            ? undefined
            : this.definitions.drift(String(params['name']), pin, (cursor) => this.listTools(params, cursor, received));
    }

    /** Handles a response of the server. One that answers no open request is ignored. */
    private answer({ id, result, error }: Fields): void {
        const request = this.open.take(id);
        const isError = error !== undefined && error !== null;
        if (!request || isError === (result !== undefined) || (!isError && !isFields(result))) {
            if (request) {
                void this.end(request, 'The server answered with something that is neither a result nor an error.');
            }
        } else if (!('message' in request)) {
            if (isError) {
                request.reject(new Error('the server answered with an error'));
            } else {
                request.resolve(result);
            }
        } else if (request.call) {
            void this.ended(request.call, isError ? { error } : { result });
        } else {
            if (request.message['method'] === 'tools/list') {
                this.definitions.seen(result);
            }
            const { id: about } = request.message;
            const answer = this.messages.answerTo(request, isError ? { error } : { result });
            this.options.toClient({ jsonrpc: '2.0', id: about, ...answer }, about);
        }
    }

    private async ended(call: OpenCall, answer: Fields): Promise<void> {
        const { gateway, toClient } = this.options;
        const passed = { jsonrpc: '2.0', ...call.ids, ...answer };
        if (call.name === undefined || call.session === undefined) {
            // The gateway let the call through only because it observes.
            toClient(passed);
            return;
        }
        try {
            const end = endOf(answer);
            if (end.type === 'lost') {
                const isPassed = this.isObserving || (isQuestion(answer) && !this.messages.isSecret(call));
                await this.lost(call);
                toClient(isPassed ? passed : toolError(call, withoutResult(call.tool)));
                return;
            }
            const withheldBy = await gateway.end(call.session, call.name, end);
            this.messages.ended(call, withheldBy.length > 0 ? 'withheld' : 'given out');
            toClient(withheldBy.length > 0 ? toolError(call, withholding(call.tool, end.type, withheldBy)) : passed);
        } catch (error) {
            toClient(toolError(call, failed(error)));
        }
    }

    private cancel(message: Fields, params: Fields, received: MessageFacts): void {
        const request = this.open.withId(params['requestId']);
        if (!request) {
            return;
        }
        this.open.delete(request);
        if (request.call) {
            request.call.cancelling.abort(new Cancelled());
            void this.lost(request.call).catch(() => undefined);
        }
        if (request.number !== undefined) {
            this.options.toServer({ ...message, params: { ...params, requestId: request.number } }, received);
        }
    }

    private async lost(call: OpenCall): Promise<void> {
        const { name, session } = call;
        this.messages.ended(call, 'lost');
        if (name !== undefined && session !== undefined) {
            await this.options.gateway.end(session, name, { type: 'lost' });
        }
    }

    private get isObserving(): boolean {
        return this.options.observe ?? false;
    }

    /**
     * The metadata of the call is passed on, because since 2026-07-28 each request names its protocol version there.
     */
    private listTools(params: Fields, cursor: string | undefined, received: MessageFacts): Promise<unknown> {
        const { progressToken: _, ...rest } = metaOf(params);
        return new Promise((resolve, reject) => {
            if (this.isClosed) {
                reject(new Error('the server ended'));
                return;
            }
            const settle =
                <T>(how: (value: T) => void) =>
                (value: T) => {
                    clearTimeout(timer);
                    how(value);
                };
            const id = this.open.addOwn({ resolve: settle(resolve), reject: settle(reject) });
            const timer = setTimeout(() => {
                this.open.take(id);
                reject(new Error('the server did not list its tools in time'));
            }, LIST_TIME);
            const list = {
                ...(cursor !== undefined && { cursor }),
                ...(Object.keys(rest).length > 0 && { _meta: rest })
            };
            this.options.toServer({ jsonrpc: '2.0', id, method: 'tools/list', params: list }, received);
        });
    }
}

/** A call as it was received. */
interface ReceivedCall {
    readonly params: Fields;
    readonly args: JsonObject;
    readonly isExact: boolean;
    readonly received: MessageFacts;
}

/** The client no longer wants a response. */
class Cancelled extends Error {}

const NO_SESSION =
    'nothing says which session it belongs to, but the policy depends on what happened before in its session; the person who runs the gateway chooses how to tell sessions apart, with --session-by';

function optionalTrace(traceparent: string | undefined): { readonly traceparent?: string } {
    return traceparent === undefined ? {} : { traceparent };
}

function toolError(call: OpenCall, text: string): Fields {
    const complete = call.isModern && { resultType: 'complete' };
    return { jsonrpc: '2.0', ...call.ids, result: { ...complete, content: [{ type: 'text', text }], isError: true } };
}

/** Without a decision, the call is not made. */
function failed(error: unknown): string {
    const isKnown = error instanceof CodedError || error instanceof GuardrailError;
    const why = isKnown ? `${error.code}: ${error.message}` : 'GR901: the gateway itself failed';
    return `The gateway could not decide or record this call, so nothing is let through. ${why}.`;
}

/** The answer of a person to the held call; undefined if none arrives before the changes end. */
async function answerTo(
    { id }: Ruling,
    changes: AsyncIterator<[SessionRecord]>
): Promise<{ readonly type: 'approve' | 'refuse'; readonly human: string } | undefined> {
    try {
        for (;;) {
            const { value } = (await changes.next()) as IteratorYieldResult<[SessionRecord]>;
            const [event] = value;
            if ((event.type === 'approve' || event.type === 'refuse') && event.id === id) {
                return event;
            }
        }
    } catch {
        return undefined;
    }
}
