/**
 * Decisions for gateways: the package's entry for programs (docs/library.md). A policy is loaded once; each session is decided
 * and recorded by itself. The decision is that of `guardrail check` and `guardrail replay`: there is one decision procedure.
 */
import type { Policy } from '../model/policy.js';
import type { Decision as ModelDecision, Waiting } from '../model/session.js';
import type { CallRequest, SessionRecord, Timestamp } from './events.js';
import { Names, UnfitEvent } from './names.js';
import { RecordedSession } from './recorded-session.js';

export type * from './events.js';

/** A policy that can decide. */
export interface LoadedPolicy {
    readonly name: string;
    /** `server.tool`, each as a call names it. */
    readonly tools: readonly string[];
    readonly agents: readonly string[];
    /** JSON: `policyFromLowered` makes the same policy of it, without its text. It is of this version of the package. */
    readonly lowered: object;
}

/** A rule as its author wrote it. */
export interface DecidingRule {
    readonly text: string;
    readonly because?: string;
    /** The URI of its file, and its line there, from one. */
    readonly file: string;
    readonly line: number;
}

export interface Decision {
    /** `waits`: it depends on how running calls will end, and is to be asked again when one has (M2). */
    readonly kind: 'allowed' | 'denied' | 'held' | 'waits';
    /** Why: a rule decides; no rule allows it; something is unknown; its tool, agent or arguments are not declared so. */
    readonly by: 'rule' | 'default' | 'unknown' | 'inventory';
    readonly rules: readonly DecidingRule[];
    /** What is wrong with the call, where it is denied by the inventory. */
    readonly problem?: string;
}

/** An event that cannot happen here, such as the answer to a call that does not run. Its message says why. */
export class SessionError extends Error {
    override readonly name: string = 'SessionError';
}

export interface Session {
    /**
     * What the policy says to the call now, or at its `time`. Nothing is recorded but the clock: the same call may be asked
     * about any number of times. A call that cannot be decided is denied, and no exception.
     */
    decide(call: CallRequest & { readonly time?: Timestamp }): Decision;
    /**
     * What happened: calls with what became of them, answers, human acts, outside events. An event with a `time` moves the
     * clock of the session to it; the clock never goes back. Throws a `SessionError` for what cannot happen, or names what
     * the policy does not declare: then nothing is recorded but the clock.
     */
    record(event: SessionRecord): void;
}

/** Reads a policy file and all that it imports. Throws an `Error` that says what is wrong with it. */
export async function loadPolicy(path: string): Promise<LoadedPolicy> {
    const { policyFromFile } = await import('./load.js');
    return loaded(await policyFromFile(path));
}

/** Reads the text of a policy. `path` says where it would stand, for its imports. */
export async function parsePolicy(text: string, path = 'policy.guardrail'): Promise<LoadedPolicy> {
    const { policyFromText } = await import('./load.js');
    return loaded(await policyFromText(text, path));
}

/** The policy that `lowered` was of: at once, without the language. */
export function policyFromLowered(lowered: object): LoadedPolicy {
    return loaded(lowered as Policy);
}

/** A new session. It begins at the first event or `decide`, and ends with the last reference to it. */
export function createSession(policy: LoadedPolicy): Session {
    return new NamedSession(policy.lowered as Policy);
}

class NamedSession implements Session {
    private readonly names: Names;
    private readonly rules: readonly DecidingRule[];
    private readonly session: RecordedSession;

    constructor(policy: Policy) {
        ({ names: this.names, rules: this.rules } = preparedOf(policy));
        this.session = new RecordedSession(this.names);
    }

    decide(call: CallRequest & { readonly time?: Timestamp }): Decision {
        let numbered;
        try {
            if (call.time !== undefined) {
                this.session.at(millisecondsOf(call.time));
            }
            numbered = this.session.numbered(call);
        } catch (error) {
            if (error instanceof UnfitEvent) {
                return { kind: 'denied', by: 'inventory', rules: NO_RULES, problem: error.message };
            }
            throw error;
        }
        return numbered ? this.named(this.session.decide(numbered)) : NOT_IN_INVENTORY;
    }

    record(event: SessionRecord): void {
        try {
            if (event.time !== undefined) {
                this.session.at(millisecondsOf(event.time));
            }
            if (event.type === 'call' || event.type === 'delegate') {
                this.recordCall(event);
            } else {
                this.session.record(event);
            }
        } catch (error) {
            throw error instanceof UnfitEvent ? new SessionError(error.message) : error;
        }
    }

    private recordCall(event: SessionRecord & { readonly type: 'call' | 'delegate' }): void {
        if (this.session.isRetry(event.id)) {
            return;
        }
        const numbered = this.session.numbered(event);
        if (numbered) {
            this.session.submit(numbered, event);
        } else if (event.decision !== 'denied') {
            throw new UnfitEvent('the tool is not in the inventory, so that no call of it can be recorded');
        }
    }

    private named(decision: ModelDecision | Waiting): Decision {
        if (decision.kind === 'waits') {
            return WAITS;
        }
        const { kind, by, rules, problem } = decision;
        return problem === undefined
            ? { kind, by, rules: rules.map((rule) => this.rules[rule]!) }
            : { kind, by, rules: NO_RULES, problem };
    }
}

const NO_RULES: readonly DecidingRule[] = [];
const WAITS: Decision = { kind: 'waits', by: 'unknown', rules: NO_RULES };
const NOT_IN_INVENTORY: Decision = {
    kind: 'denied',
    by: 'inventory',
    rules: NO_RULES,
    problem: 'the tool is not in the inventory'
};

/** What all sessions of a policy share. */
interface Prepared {
    readonly names: Names;
    readonly rules: readonly DecidingRule[];
}

const prepared = new WeakMap<Policy, Prepared>();

function preparedOf(policy: Policy): Prepared {
    let one = prepared.get(policy);
    if (!one) {
        const rules = policy.rules.map(({ text, because, source }): DecidingRule => ({
            text,
            ...(because !== undefined && { because }),
            file: source.uri,
            line: source.start.line + 1
        }));
        one = { names: new Names(policy), rules };
        prepared.set(policy, one);
    }
    return one;
}

function loaded(policy: Policy): LoadedPolicy {
    return {
        name: policy.name,
        tools: policy.tools.filter(({ delegatesTo }) => delegatesTo === undefined).map(({ name }) => name),
        agents: policy.agents.map(({ name }) => name),
        lowered: policy
    };
}

function millisecondsOf(time: string | number): number {
    const milliseconds = typeof time === 'number' ? time : Date.parse(time);
    if (!Number.isFinite(milliseconds)) {
        throw new UnfitEvent(`the time ${JSON.stringify(time)} cannot be read`);
    }
    return milliseconds;
}
