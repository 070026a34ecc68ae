/** The calls that wait for people, and what came before them in their sessions. */
import type { CallRequest, DecidingRule, DelegationRequest, JsonObject, SessionRecord } from '../gateway/events.js';
import { canonicalText } from '../model/values/canonical-text.js';
import { hashOf } from '../workspace/hash.js';

/** A call that waits for approvals. */
export interface HeldCall {
    readonly id: string;
    readonly session: string;
    readonly agent?: string;
    readonly tool: string;
    readonly args: JsonObject;
    /** `sha256:…` of the arguments in canonical JSON. */
    readonly digest: string;
    /** The rules that hold it. */
    readonly rules: readonly DecidingRule[];
    /** ISO 8601. */
    readonly since: string;
    /** The last calls of the session before it, oldest first. */
    readonly before: readonly EarlierCall[];
}

export interface EarlierCall {
    readonly tool: string;
    readonly agent?: string;
    /** The beginning of the arguments in canonical JSON. */
    readonly args: string;
    readonly decision: 'allowed' | 'denied' | 'held' | 'left';
    /** ISO 8601. */
    readonly time: string;
}

/** Calls that a person sees before a call that waits: enough to see how it came about, in a list that is still read. */
const MOST_EARLIER = 20;
/** Characters of the arguments of an earlier call. */
const MOST_ARGS = 200;

/** The last calls of each session. */
export class EarlierCalls {
    readonly bySession = new Map<string, readonly EarlierCall[]>();

    of(session: string): readonly EarlierCall[] {
        return this.bySession.get(session) ?? [];
    }

    add(session: string, event: SessionRecord): void {
        if (event.type === 'session' || event.type === 'end') {
            this.bySession.delete(session);
        } else if (event.type === 'call' && event.decision !== undefined) {
            const { tool, agent, args = {}, decision, time } = event;
            const call: EarlierCall = {
                tool,
                ...(agent !== undefined && { agent }),
                args: beginning(canonicalText(args)),
                decision,
                time: String(time)
            };
            this.bySession.set(session, [...this.of(session).slice(1 - MOST_EARLIER), call]);
        }
    }
}

function beginning(text: string): string {
    return text.length <= MOST_ARGS ? text : `${text.slice(0, MOST_ARGS)}\u2026`;
}

/** @param before the last calls of the session */
export function heldCall(
    id: string,
    session: string,
    { tool, agent, args = {} }: CallRequest,
    rules: readonly DecidingRule[],
    since: string,
    before: readonly EarlierCall[]
): HeldCall {
    const digest = `sha256:${hashOf(canonicalText(args))}`;
    return { id, session, tool, ...(agent !== undefined && { agent }), args, digest, rules, since, before };
}

/** The held calls, oldest first. There may be many, so there are indexes for finding some of them. */
export class HeldCalls {
    private readonly byId = new Map<string, HeldCall>();
    private readonly byCall = new Map<string, HeldCall>();
    private readonly bySession = new Map<string, Set<HeldCall>>();

    all(): HeldCall[] {
        return [...this.byId.values()];
    }

    of(session: string): HeldCall[] {
        return [...(this.bySession.get(session) ?? [])];
    }

    get(id: string): HeldCall | undefined {
        return this.byId.get(id);
    }

    has(id: string): boolean {
        return this.byId.has(id);
    }

    /** The held call that a submission continues: the one with the same session, agent, tool and arguments (M7). */
    like(session: string, call: CallRequest | DelegationRequest): HeldCall | undefined {
        return 'tool' in call ? this.byCall.get(callKey(session, call)) : undefined;
    }

    add(call: HeldCall): void {
        this.byId.set(call.id, call);
        this.byCall.set(callKey(call.session, call), call);
        const others = this.bySession.get(call.session) ?? new Set();
        this.bySession.set(call.session, others.add(call));
    }

    delete(id: string): void {
        const call = this.byId.get(id);
        if (call) {
            this.byId.delete(id);
            const key = callKey(call.session, call);
            if (this.byCall.get(key) === call) {
                this.byCall.delete(key);
            }
            const others = this.bySession.get(call.session);
            others?.delete(call);
            if (others?.size === 0) {
                this.bySession.delete(call.session);
            }
        }
    }
}

function callKey(session: string, { tool, agent, args = {} }: CallRequest): string {
    return JSON.stringify([session, tool, agent ?? null, canonicalText(args)]);
}
