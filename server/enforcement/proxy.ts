/**
 * A proxy between one client and one server of the Model Context Protocol. Messages pass through; only tool calls are
 * decided, and their results recorded. This class knows JSON-RPC and `tools/call`, but not how messages are sent.
 */
import { randomUUID } from 'node:crypto';
import { GuardrailError } from '../gateway/errors.js';
import type { JsonObject, SessionRecord } from '../gateway/events.js';
import { type Fields, isFields } from '../gateway/json.js';
import { answerOfMcp } from '../gateway/mcp-answer.js';
import { CodedError } from '../workspace/errors.js';
import { deadline } from './deadline.js';
import { denial, holding, refusal, withholding } from './explanations.js';
import type { EnforcingGateway } from './gateway.js';
import type { End, Ruling, Submission } from './submission.js';
import { PersonAtClient } from './person-at-client.js';
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
    /**
     * Switches to a changed policy before a call is decided. Never rejects: if the changed policy cannot be enforced,
     * the previous one stays in force.
     */
    readonly upToDate?: () => Promise<void>;
    /** @param about the id of the client's request that the message belongs to, if it is known */
    readonly toClient: (message: Fields, about?: unknown) => void;
    readonly toServer: (message: Fields) => void;
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

interface OpenCall {
    readonly tool: string;
    readonly session?: string;
    readonly traceparent?: string;
    readonly ids: Fields;
    /** True if the protocol version of the call requires its result to state whether it is complete. */
    readonly isModern: boolean;
    /** Ends the wait for a decision. */
    readonly cancelling: AbortController;
    /** The id of the call in the log, once it has been forwarded. */
    name?: string;
}

interface OwnRequest {
    readonly resolve: (result: unknown) => void;
    readonly reject: (error: Error) => void;
}

export class McpProxy {
    /** Tool calls without a response, by their request id as a text. */
    private readonly calls = new Map<string, OpenCall>();
    /** The client's requests for the list of tools. */
    private readonly lists = new Set<string>();
    /** Calls that were cancelled. A late response does not reach the client, because nothing records it. */
    private readonly cancelled = new Set<string>();
    private readonly own = new Map<string, OwnRequest>();
    private readonly definitions: ToolDefinitions;
    private readonly person: PersonAtClient | undefined;
    private readonly prefix = `guardrail-${randomUUID()}-`;
    private requests = 0;
    private isClosed = false;

    constructor(private readonly options: ProxyOptions) {
        const { gateway, personAtClient, toClient, definitions = new ToolDefinitions() } = options;
        this.definitions = definitions;
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
        const { method, id, params } = message;
        if (method === 'tools/call') {
            void this.call(message, received);
            return;
        }
        if (method === 'notifications/cancelled' && isFields(params)) {
            if (!this.cancel(keyOf(params['requestId']))) {
                return;
            }
        } else if (method === 'initialize') {
            this.person?.initialized(params);
        } else if (method === undefined && this.person?.isAnswer(message)) {
            // The call may have been answered in another way in the meantime.
            this.person.answered(message).catch(() => undefined);
            return;
        } else if (method === 'tools/list' && id !== undefined) {
            this.lists.add(keyOf(id));
        }
        this.options.toServer(message);
    }

    /** @param about the id of the client's request that the message belongs to, if the transport knows it */
    fromServer(message: unknown, about?: unknown): void {
        if (Array.isArray(message)) {
            message.forEach((one: unknown) => this.fromServer(one, about));
            return;
        }
        if (!isFields(message)) {
            return;
        }
        if (message['method'] === 'notifications/tools/list_changed') {
            this.definitions.invalidate();
        }
        if (message['method'] === undefined && 'id' in message) {
            this.answer(message);
        } else {
            this.options.toClient(message, about);
        }
    }

    /** Called if the server does not respond to a request that it received: nobody knows how a call ended. */
    unanswered(id: unknown, why: string): void {
        const key = keyOf(id);
        const own = this.own.get(key);
        const call = this.calls.get(key);
        if (own) {
            this.own.delete(key);
            own.reject(new Error(why));
        } else if (call) {
            this.calls.delete(key);
            void this.endUnanswered(call, why);
        } else if (!this.cancelled.delete(key)) {
            this.lists.delete(key);
            this.options.toClient(failure({ id }, LOST, why));
        }
    }

    /** Called when the server is gone: its calls are lost, and the client gets an error for each. */
    async close(): Promise<void> {
        this.isClosed = true;
        this.own.forEach(({ reject }) => reject(new Error('the server ended')));
        const open = [...this.calls.values()];
        this.calls.clear();
        await Promise.all(
            open.map(async (call) => {
                call.cancelling.abort(new Cancelled());
                await this.endUnanswered(call, 'The server ended before it answered.');
            })
        );
    }

    private async call(message: Fields, { session, isExact = true, traceparent }: MessageFacts): Promise<void> {
        const { id, params } = message;
        const key = keyOf(id);
        if (typeof id !== 'string' && typeof id !== 'number') {
            // Nobody could report the end of such a call.
            return;
        }
        const { name, arguments: args = {} } = isFields(params) ? params : {};
        if (this.calls.has(key) || typeof name !== 'string' || !isFields(args)) {
            const problem = this.calls.has(key)
                ? 'Another call with this id has no answer yet.'
                : 'A call has the name of a tool, and arguments that are an object.';
            this.options.toClient(failure(message, INVALID, problem));
            return;
        }
        const tool = `${this.options.server}.${name}`;
        const call: OpenCall = {
            tool,
            ...(session !== undefined && { session }),
            ...optionalTrace(traceparentOf(message) ?? traceparent),
            ids: { id },
            isModern: isModern(params),
            cancelling: new AbortController()
        };
        this.calls.set(key, call);
        this.cancelled.delete(key);
        try {
            const stopped = await this.decided(call, params as Fields, args as JsonObject, isExact);
            if (this.calls.get(key) !== call) {
                await this.lost(call);
            } else if (stopped === undefined) {
                this.options.toServer(message);
            } else {
                this.calls.delete(key);
                this.options.toClient(toolError(call, stopped));
            }
        } catch (error) {
            if (error instanceof Cancelled) {
                return;
            }
            this.calls.delete(key);
            await this.lost(call).catch(() => undefined);
            this.options.toClient(toolError(call, failed(error)));
        }
    }

    /** Undefined if the call is made now; otherwise the reason, worded for the model. */
    private async decided(
        call: OpenCall,
        params: Fields,
        args: JsonObject,
        isExact: boolean
    ): Promise<string | undefined> {
        const { gateway, agent, observe = false, upToDate } = this.options;
        const { tool, session, cancelling } = call;
        const trace = optionalTrace(call.traceparent);
        await upToDate?.();
        const problem = session === undefined ? NO_SESSION : await this.problemOf(params, tool, { session, isExact });
        if (session === undefined || problem !== undefined) {
            const named = session !== undefined && { session };
            await gateway.denyUndecided({ ...named, tool, problem: problem! }, trace);
            return observe ? undefined : `The gateway denied ${tool}, and the call was not made: ${problem}.`;
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
        { session, isExact }: { readonly session: string; readonly isExact: boolean }
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
            : this.definitions.drift(String(params['name']), pin, (cursor) => this.listTools(params, cursor));
    }

    /** Handles a response of the server. */
    private answer(message: Fields): void {
        const key = keyOf(message['id']);
        const own = this.own.get(key);
        if (own) {
            this.own.delete(key);
            if ('result' in message) {
                own.resolve(message['result']);
            } else {
                own.reject(new Error('the server answered with an error'));
            }
            return;
        }
        const call = this.calls.get(key);
        if (call) {
            void this.ended(key, call, message);
        } else if (!this.cancelled.delete(key)) {
            if (this.lists.delete(key)) {
                this.definitions.seen(message['result']);
            }
            this.options.toClient(message);
        }
    }

    private async ended(key: string, call: OpenCall, message: Fields): Promise<void> {
        const { gateway, toClient } = this.options;
        if (call.name === undefined || call.session === undefined) {
            if (!(this.options.observe ?? false)) {
                // The server responds to a call that was never forwarded to it.
                return;
            }
            this.calls.delete(key);
            toClient(message);
            return;
        }
        this.calls.delete(key);
        try {
            const withheldBy = await gateway.end(call.session, call.name, endOf(message));
            toClient(withheldBy.length > 0 ? toolError(call, withholding(call.tool, withheldBy)) : message);
        } catch (error) {
            toClient(toolError(call, failed(error)));
        }
    }

    /** True if the server has to be notified. */
    private cancel(key: string): boolean {
        const call = this.calls.get(key);
        if (!call) {
            return true;
        }
        this.calls.delete(key);
        call.cancelling.abort(new Cancelled());
        if (call.name === undefined) {
            return false;
        }
        this.cancelled.add(key);
        void this.lost(call).catch(() => undefined);
        return true;
    }

    private async lost({ name, session }: OpenCall): Promise<void> {
        if (name !== undefined && session !== undefined) {
            await this.options.gateway.end(session, name, { type: 'lost' });
        }
    }

    private async endUnanswered(call: OpenCall, why: string): Promise<void> {
        // A call whose end cannot be recorded is lost, after a restart too.
        await this.lost(call).catch(() => undefined);
        this.options.toClient(failure(call.ids, LOST, why));
    }

    /**
     * The metadata of the call is passed on, because since 2026-07-28 each request names its protocol version there.
     */
    private listTools({ _meta: meta }: Fields, cursor: string | undefined): Promise<unknown> {
        const id = `${this.prefix}${++this.requests}`;
        const { progressToken: _, ...rest } = isFields(meta) ? meta : {};
        return new Promise((resolve, reject) => {
            if (this.isClosed) {
                reject(new Error('the server ended'));
                return;
            }
            const timer = setTimeout(() => {
                this.own.delete(keyOf(id));
                reject(new Error('the server did not list its tools in time'));
            }, LIST_TIME);
            const settle =
                <T>(how: (value: T) => void) =>
                (value: T) => {
                    clearTimeout(timer);
                    how(value);
                };
            this.own.set(keyOf(id), { resolve: settle(resolve), reject: settle(reject) });
            const params = {
                ...(cursor !== undefined && { cursor }),
                ...(Object.keys(rest).length > 0 && { _meta: rest })
            };
            this.options.toServer({ jsonrpc: '2.0', id, method: 'tools/list', params });
        });
    }
}

/** The client no longer wants a response. */
class Cancelled extends Error {}

const INVALID = -32600;
const LOST = -32000;
const NO_SESSION =
    'nothing says which session it belongs to, but the policy depends on what happened before in its session; the person who runs the gateway chooses how to tell sessions apart, with --session-by';

/** The trace context (https://www.w3.org/TR/trace-context/) in the metadata of a request. */
export function traceparentOf({ params }: Fields): string | undefined {
    const meta: unknown = isFields(params) ? params['_meta'] : undefined;
    const value = isFields(meta) ? meta['traceparent'] : undefined;
    return typeof value === 'string' ? value : undefined;
}

function optionalTrace(traceparent: string | undefined): { readonly traceparent?: string } {
    return traceparent === undefined ? {} : { traceparent };
}

/** The ids `1` and `"1"` are different. */
function keyOf(id: unknown): string {
    return JSON.stringify(id) ?? '';
}

/**
 * A call to which the server responds with a question to the client has not ended; the client calls again with the
 * answer.
 */
function endOf({ result, error }: Fields): End {
    const isComplete =
        !isFields(result) || ((result['resultType'] ?? 'complete') === 'complete' && !isFields(result['task']));
    return isComplete ? answerOfMcp(error === undefined ? result : undefined) : { type: 'lost' };
}

function toolError(call: OpenCall, text: string): Fields {
    const complete = call.isModern && { resultType: 'complete' };
    return { jsonrpc: '2.0', ...call.ids, result: { ...complete, content: [{ type: 'text', text }], isError: true } };
}

/** Since 2026-07-28 each request names its protocol version. */
function isModern(params: unknown): boolean {
    const meta: unknown = isFields(params) ? params['_meta'] : undefined;
    return isFields(meta) && meta['io.modelcontextprotocol/protocolVersion'] !== undefined;
}

function failure({ id }: Fields, code: number, message: string): Fields {
    return { jsonrpc: '2.0', id: id ?? null, error: { code, message } };
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
