/**
 * Decisions for gateways: the package's entry point for programs (docs/library.md). A policy is loaded once; a gateway
 * has the sessions that are decided with it. The decision is the same as that of `guardrail check` and `guardrail
 * replay`: they share one decision procedure.
 */
import { version } from '../../package.json';
import type { Policy } from '../model/policy/policy.js';
import type { Decision as ModelDecision, Waiting } from '../model/session/session.js';
import { sharesSessions } from '../model/memory/across-sessions.js';
import { GuardrailError } from './errors.js';
import type { UnreadRequest } from './event-shape.js';
import { readArguments, readEvent, readRequest } from './event-shape.js';
import type {
    CallRequest,
    DecidingRule,
    Decision,
    DelegationRequest,
    JsonObject,
    JsonValue,
    LoadedPolicy,
    SessionRecord,
    Timestamp
} from './events.js';
import { History } from './history.js';
import { digestOf, loaded, LOWERED, type PreparedPolicy, preparedOf } from './prepared.js';
import { RecordedSession } from './recorded-session.js';
import { makeStorable } from './stored-sessions.js';
import { assertSeconds, millisecondsOf, TOLERANCE } from './times.js';

export type * from './events.js';
export { GuardrailError } from './errors.js';

export interface Session {
    /**
     * Decides the call now, or at its `time`. Deciding changes nothing except the clock, so the same call may be
     * decided any number of times. The inventory denies a call that does not fit the policy. Throws a `GuardrailError`
     * for a value that is not a call, for an impossible time, and once the session is over.
     */
    decide(call: (CallRequest | DelegationRequest) & { readonly time?: Timestamp }): Decision;
    /**
     * Records what happened: calls with their outcomes, answers, human acts, outside events. Throws a `GuardrailError`
     * for an event that cannot happen at this point, that does not match the policy, or whose time is impossible.
     * Nothing is then recorded, and the session is unchanged.
     */
    record(event: SessionRecord): void;
    /**
     * Returns the rules that keep this result of a running call from the agent. Ask before recording the result. A rule
     * that may apply counts while earlier calls are still running. Records only the time, and throws like `record`.
     */
    withheldBy(result: ResultRecord): readonly DecidingRule[];
}

export type ResultRecord = SessionRecord & { readonly type: 'result' };

export interface GatewayOptions {
    /** The time in milliseconds since 1970; defaults to the clock of the host. */
    readonly clock?: () => number;
    /**
     * The number of seconds by which the time of an event may be ahead of the clock, or before the latest time of its
     * session (the latest time then counts). A larger difference is an error. Defaults to 60.
     */
    readonly tolerance?: number;
}

/** Reads a policy file and its imports. Rejects with a `GuardrailError` that describes what is wrong with it. */
export async function loadPolicy(path: string): Promise<LoadedPolicy> {
    assertText('path', path);
    return loadedBy(async () => (await import('./load.js')).policyFromFile(path));
}

/**
 * Reads the text of a policy. Its imports are resolved as if the text were in a file at `path`. Rejects like
 * `loadPolicy`.
 */
export async function parsePolicy(text: string, path: string = 'policy.guardrail'): Promise<LoadedPolicy> {
    assertText('text', text);
    assertText('path', path);
    return loadedBy(async () => (await import('./load.js')).policyFromText(text, path));
}

/**
 * Recreates a policy from its lowered form, synchronously and without the language. Throws a `GuardrailError` GR938 for
 * any other text, and for a lowered form that another version of the package wrote.
 */
export function policyFromLowered(lowered: object): LoadedPolicy {
    const { format, version: of, digest, policy } = plainFields(lowered);
    if (format !== LOWERED) {
        throw new GuardrailError('GR938', 'this is not the `lowered` form of a policy');
    }
    if (of !== version) {
        throw new GuardrailError(
            'GR938',
            `this policy was written by another version of the package, and this is ${version}: load its text again`
        );
    }
    if (policy === undefined || digest !== digestOf(policy)) {
        throw new GuardrailError('GR938', 'this policy was changed after it was written: load its text again');
    }
    return loaded(policy as unknown as Policy);
}

/** The sessions of one process; they share the policy's shared state. */
export interface Gateway {
    /**
     * The session with this name; the first call creates it. A session begins at its first event or `decide`, and ends
     * with the event `end`. After that it only reports that it is over, so that nobody continues it without its
     * history.
     */
    session(id: string): Session;
}

/** A gateway without sessions. Throws a `GuardrailError` if the policy or the options are invalid. */
export function createGateway(policy: LoadedPolicy, options: GatewayOptions = {}): Gateway {
    const prepared = preparedOf(policy);
    const clock = clockOf(options);
    const shared = sharesSessions(prepared.model) ? new History(prepared.model) : undefined;
    const sessions = new Map<string, NamedSession>();
    const gateway: Gateway = {
        session(id) {
            if (typeof id !== 'string') {
                throw new GuardrailError('GR934', 'the name of a session is not a text');
            }
            let session = sessions.get(id);
            if (!session) {
                const history = shared ?? new History(prepared.model);
                session = new NamedSession(prepared, clock, history, id);
                sessions.set(id, session);
            }
            return session;
        }
    };
    makeStorable(gateway, prepared.model, {
        get: () => ({
            shared: shared?.store(),
            sessions: [...sessions].map(([name, { session, history }]) => ({
                name,
                parts: session.store(),
                history: shared ? undefined : history.store()
            }))
        }),
        set(state) {
            if (state.shared) {
                shared?.restore(state.shared);
            }
            for (const { name, parts, history } of state.sessions) {
                gateway.session(name);
                const one = sessions.get(name)!;
                one.session.restore(parts);
                if (history) {
                    one.history.restore(history);
                }
            }
        }
    });
    return gateway;
}

/**
 * A standalone session. Throws a `GuardrailError` GR937 for a policy that reads across sessions or has servers that
 * store, because its sessions must belong to one gateway.
 */
export function createSession(policy: LoadedPolicy, options: GatewayOptions = {}): Session {
    if (sharesSessions(preparedOf(policy).model)) {
        throw new GuardrailError(
            'GR937',
            'the policy shares its history among sessions: use `createGateway(policy)`, and `gateway.session(id)` for each'
        );
    }
    return createGateway(policy, options).session('');
}

/** The clock, and the tolerance for times, in seconds. */
interface Clock {
    readonly now: () => number;
    readonly tolerance: number;
}

class NamedSession implements Session {
    readonly session: RecordedSession;

    constructor(
        private readonly prepared: PreparedPolicy,
        private readonly clock: Clock,
        readonly history: History,
        name: string
    ) {
        this.session = new RecordedSession(prepared.names, { tolerance: clock.tolerance, history, name });
    }

    decide(call: (CallRequest | DelegationRequest) & { readonly time?: Timestamp }): Decision {
        const before = this.session.mark();
        try {
            return this.decided(readRequest(call));
        } catch (error) {
            this.session.goBack(before);
            throw errorOf(error);
        }
    }

    record(record: SessionRecord): void {
        const before = this.session.mark();
        try {
            const event = readEvent(record);
            this.at(event.time);
            if (event.type === 'call' || event.type === 'delegate') {
                this.recordCall(event);
            } else {
                this.session.record(event);
            }
        } catch (error) {
            this.session.goBack(before);
            throw errorOf(error);
        }
    }

    withheldBy(result: ResultRecord): readonly DecidingRule[] {
        const before = this.session.mark();
        try {
            const event = readEvent(result);
            if (event.type !== 'result') {
                throw new GuardrailError('GR934', 'only a result can be withheld');
            }
            this.at(event.time);
            return this.session.withheldBy(event).map((rule) => this.prepared.rules[rule]!);
        } catch (error) {
            this.session.goBack(before);
            throw errorOf(error);
        }
    }

    private decided(request: UnreadRequest): Decision {
        this.at(request.time);
        let numbered;
        try {
            if ('tool' in request) {
                request.args = readArguments(request.args);
            }
            numbered = this.session.numbered(request as CallRequest | DelegationRequest);
        } catch (error) {
            if (error instanceof GuardrailError) {
                this.session.assertGoesOn();
                return { kind: 'denied', by: 'inventory', rules: NO_RULES, problem: error.message };
            }
            throw error;
        }
        if (numbered) {
            return this.named(this.session.decide(numbered));
        }
        this.session.assertGoesOn();
        const { tool, server } = request as CallRequest;
        return this.prepared.names.unnamed(tool, server);
    }

    private recordCall(event: SessionRecord & { readonly type: 'call' | 'delegate' }): void {
        this.session.assertGoesOn();
        let numbered;
        try {
            numbered = this.session.numbered(event);
        } catch (error) {
            if (event.decision === 'denied' && error instanceof GuardrailError) {
                // The inventory denied the call: no rule can apply to it, and the history has no place for it.
                this.session.assertFree(event.id);
                return;
            }
            throw error;
        }
        this.session.assertFree(event.id, numbered);
        if (numbered) {
            this.session.submit(numbered, event);
        } else if (event.decision !== 'denied' && event.decision !== 'left') {
            throw new GuardrailError('GR935', 'the tool is not in the inventory, so no call of it can be recorded');
        }
    }

    /** Throws GR936 for a time that is too far ahead of the clock. */
    private at(time: Timestamp | undefined): void {
        const now = millisecondsOf(this.clock.now());
        if (time === undefined) {
            this.session.at(now);
            return;
        }
        const claimed = millisecondsOf(time);
        const ahead = Math.ceil((claimed - now) / 1000);
        if (ahead > this.clock.tolerance) {
            throw new GuardrailError(
                'GR936',
                `the time is ${ahead} seconds ahead of the clock, and may be ${this.clock.tolerance} at most`
            );
        }
        this.session.at(claimed);
    }

    private named(decision: ModelDecision | Waiting): Decision {
        if (decision.kind === 'waits') {
            return WAITS;
        }
        const { kind, by, rules, problem } = decision;
        return problem === undefined
            ? { kind, by, rules: rules.map((rule) => this.prepared.rules[rule]!) }
            : { kind, by, rules: NO_RULES, problem };
    }
}

/** Turns every exception into a `GuardrailError`. */
function errorOf(error: unknown): GuardrailError {
    return error instanceof GuardrailError
        ? error
        : new GuardrailError('GR901', 'the decision procedure itself failed, so nothing was decided', {
              cause: error
          });
}

const NO_RULES: readonly DecidingRule[] = [];
const WAITS: Decision = { kind: 'waits', by: 'unknown', rules: NO_RULES };

async function loadedBy(read: () => Promise<Policy>): Promise<LoadedPolicy> {
    try {
        return loaded(await read());
    } catch (error) {
        const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
        throw new GuardrailError(
            typeof code === 'string' && /^GR\d{3}$/.test(code) ? code : 'GR901',
            typeof message === 'string' ? message : 'the policy cannot be read',
            { cause: error }
        );
    }
}

/** Empty if the value is not a JSON object. */
function plainFields(value: unknown): { readonly [field: string]: JsonValue | undefined } {
    try {
        const copy = JSON.parse(JSON.stringify(value)) as JsonValue;
        return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? (copy as JsonObject) : {};
    } catch {
        return {};
    }
}

function assertText(what: string, value: unknown): void {
    if (typeof value !== 'string') {
        throw new GuardrailError('GR938', `the ${what} of a policy is a text`);
    }
}

/** Throws a `GuardrailError` GR936 for invalid options. */
function clockOf(options: GatewayOptions): Clock {
    const { clock = Date.now, tolerance = TOLERANCE } = optionsIn(options);
    if (typeof clock !== 'function') {
        throw new GuardrailError('GR936', '`clock` is not a function');
    }
    assertSeconds('tolerance', tolerance);
    const now = (): number => {
        try {
            return clock();
        } catch (error) {
            throw new GuardrailError('GR936', 'the clock of the host failed', { cause: error });
        }
    };
    return { now, tolerance };
}

function optionsIn(options: GatewayOptions | null): GatewayOptions {
    try {
        return { ...options };
    } catch (error) {
        throw new GuardrailError('GR936', 'the options cannot be read', { cause: error });
    }
}
