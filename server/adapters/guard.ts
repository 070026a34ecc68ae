/**
 * Decides tool calls that a program makes itself, for the adapters to agent libraries. A call is recorded before it is
 * made, and its end is recorded before the model gets its result. Nothing fails open: an error in this library stops
 * the call.
 */
import { endedCall } from '../gateway/ended-call.js';
import { GuardrailError } from '../gateway/errors.js';
import type { CallRequest, DecidingRule, Decision, JsonObject, JsonValue, SessionRecord } from '../gateway/events.js';
import { jsonCopy } from '../gateway/json.js';
import type { Session } from '../gateway/library.js';
import { answerOf, type CallEnd } from '../gateway/mcp-answer.js';
import { canonicalText } from '../model/values/canonical-text.js';

export interface GuardOptions {
    /** The session of the conversation, shared by all tools of the agent. */
    readonly session: Session;
    /** The agent of the policy that calls; if absent, the policy's only agent. */
    readonly agent?: string;
    /** The server of the policy that has the tools; if absent, tools are found by name. */
    readonly server?: string;
    /** Asks a person about a call that the policy holds. If absent, or without an answer, the call is not made. */
    readonly approve?: (call: HeldCall) => Promise<Approval | undefined>;
}

export interface HeldCall {
    /** The id of the call in the session, for an answer that is recorded later. */
    readonly id: string;
    readonly tool: string;
    readonly args: JsonObject;
    /** The rules that hold it. */
    readonly rules: readonly DecidingRule[];
}

export interface Approval {
    readonly answer: 'approve' | 'refuse';
    /** The human of the policy who answers. */
    readonly human: string;
    /** How long an approval serves other calls, if the rules leave that to the person (`DecidingRule.choices`). */
    readonly valid?: string;
}

/** Thrown if the call was not made, or if its result is withheld. The message is for the model. */
export class Stopped extends Error {
    override readonly name = 'Stopped';
}

/**
 * The result of `make`, if the policy allows the call. Rejects with `Stopped` if the policy does not allow it or
 * withholds what came of it; otherwise rejects like `make`.
 *
 * @param make called with the arguments that were decided
 * @param endOf returns how the call ended; if absent, its result says so
 */
export async function guarded<T>(
    options: GuardOptions,
    tool: string,
    args: unknown,
    make: () => PromiseLike<T> | T,
    endOf: (result: T) => CallEnd = endIn
): Promise<T> {
    const calls = callsOf(options.session);
    const { agent, server } = options;
    const request: CallRequest = {
        tool,
        args: (args ?? {}) as JsonObject,
        ...(agent !== undefined && { agent }),
        ...(server !== undefined && { server })
    };
    const id = await released(calls, request, options);
    if (id === undefined) {
        return make();
    }
    let result: T;
    try {
        result = await make();
    } catch (error) {
        calls.end(id, tool, errorIn(error));
        throw error;
    }
    calls.end(id, tool, endOf(result));
    return result;
}

/** The id of the call in the session, once the call may be made; undefined for a call that the policy leaves to the program. */
async function released(calls: Calls, request: CallRequest, { approve }: GuardOptions): Promise<string | undefined> {
    const { tool, args = {} } = request;
    for (;;) {
        const { id, decision } = await calls.submit(request);
        if (decision.kind === 'allowed') {
            return id;
        }
        if (decision.kind === 'left') {
            return undefined;
        }
        const why = decision.problem ?? (decision.rules.length > 0 ? texts(decision.rules) : 'No rule allows it.');
        if (decision.kind === 'denied') {
            throw new Stopped(`The policy denied ${tool}, and the call was not made. ${why}`);
        }
        const answer = await approve?.({ id, tool, args, rules: decision.rules });
        if (!answer) {
            throw new Stopped(`A person has to approve ${tool} first, and the call was not made. ${why}`);
        }
        const { human, valid } = answer;
        calls.record(
            answer.answer === 'approve'
                ? { type: 'approve', id, human, ...(valid !== undefined && { valid }) }
                : { type: 'refuse', id, human }
        );
        if (answer.answer === 'refuse') {
            throw new Stopped(`The ${answer.human} refused ${tool}, and the call was not made.`);
        }
    }
}

function texts(rules: readonly DecidingRule[]): string {
    return rules.map(({ text }) => `The rule is: ${text}`).join(' ');
}

/** The tools of an agent share the calls of its session. */
const allCalls = new WeakMap<Session, Calls>();

function callsOf(session: Session): Calls {
    const calls = allCalls.get(session) ?? new Calls(session);
    allCalls.set(session, calls);
    return calls;
}

class Calls {
    private count = 0;
    /** The ids of held calls, by the call: the same call continues its hold. */
    private readonly held = new Map<string, string>();
    private waiting: (() => void)[] = [];

    constructor(private readonly session: Session) {}

    /**
     * Decides the call and records it in one step, because a call decided in between would not see it. First waits for
     * running calls that the decision depends on.
     */
    async submit(request: CallRequest): Promise<{ readonly id: string; readonly decision: Decision }> {
        for (;;) {
            const decision = this.session.decide(request);
            if (decision.kind !== 'waits') {
                return { id: this.recorded(request, decision.kind), decision };
            }
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
    }

    private recorded(request: CallRequest, decision: Exclude<Decision['kind'], 'waits'>): string {
        const key = canonicalText([request.agent ?? null, request.server ?? null, request.tool, request.args ?? {}]);
        const id = this.held.get(key) ?? `${PREFIX}${++this.count}`;
        this.session.record({ ...request, type: 'call', id, decision });
        if (decision === 'held') {
            this.held.set(key, id);
        } else {
            this.held.delete(key);
        }
        return id;
    }

    record(event: SessionRecord): void {
        this.session.record(event);
        this.waiting.splice(0).forEach((resolve) => resolve());
    }

    /** Throws `Stopped` if a rule withholds the result, or what the error says. */
    end(id: string, tool: string, end: CallEnd): void {
        const { record, withheldBy } = endedCall(this.session, end, { id });
        this.record(record);
        if (withheldBy.length > 0) {
            const what = end.type === 'result' ? 'its result' : 'it failed, and what its error says';
            throw new Stopped(`The call of ${tool} was made, and ${what} is withheld. ${texts(withheldBy)}`);
        }
    }
}

/** The end of a call with this result. A result that is not JSON is recorded without its content. */
export function endIn(result: unknown, read: (result: JsonValue) => CallEnd = answerOf): CallEnd {
    try {
        return read(jsonCopy(result));
    } catch (error) {
        if (!(error instanceof GuardrailError) || error.code !== 'GR934') {
            throw error;
        }
        return { type: 'result' };
    }
}

/** If an exception has more than a message, its library and the program choose what the model sees, so that is unknown. */
function errorIn(error: unknown): CallEnd {
    const isText =
        error instanceof Error &&
        hasOnly(error, ['message', 'stack']) &&
        isPlain(Object.getPrototypeOf(error) as object);
    const text: unknown = isText ? Object.getOwnPropertyDescriptor(error, 'message')?.value : undefined;
    return { type: 'error', ...(typeof text === 'string' && { result: text }) };
}

/** True for the prototype of a class of exceptions that shows them as `Error` does. */
function isPlain(prototype: object): boolean {
    const builtIn = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
    return (
        builtIn.some((one) => one.prototype === prototype) ||
        (hasOnly(prototype, ['constructor']) && isPlain(Object.getPrototypeOf(prototype) as object))
    );
}

function hasOnly(value: object, keys: readonly PropertyKey[]): boolean {
    return Reflect.ownKeys(value).every((key) => keys.includes(key));
}

/** Distinguishes these calls from those that the host records itself. */
const PREFIX = 'guarded-';
