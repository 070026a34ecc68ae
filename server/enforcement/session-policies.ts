/** Which policy decides which session: a policy that changes may decide only the sessions that begin after it. */
import { createGateway, type Gateway, type Session } from '../gateway/library.js';
import { restoreSessions, storeSessions } from '../gateway/stored-sessions.js';
import type { Line } from './log.js';
import type { EnforcedPolicy } from './policy.js';

/** `new-sessions`: sessions that have begun keep their policy, until the process ends. */
export type ReloadScope = 'all' | 'new-sessions';

/** A policy with the sessions that it decides. */
interface Deciding {
    readonly policy: EnforcedPolicy;
    readonly gateway: Gateway;
}

export interface StoredSessions {
    readonly begun: readonly string[];
    readonly sessions: unknown;
}

export class SessionPolicies {
    /** The sessions that have begun, including those that have ended: they stay over. */
    private readonly begun = new Set<string>();
    /** The sessions that keep a policy that is no longer the current one. */
    private readonly kept = new Map<string, Deciding>();
    private current: Deciding;

    constructor(
        policy: EnforcedPolicy,
        private readonly clock: () => number
    ) {
        this.current = this.deciding(policy);
    }

    /** The policy of the session. */
    of(session: string): EnforcedPolicy {
        return (this.kept.get(session) ?? this.current).policy;
    }

    session(name: string): Session {
        return (this.kept.get(name) ?? this.current).gateway.session(name);
    }

    /** The sessions, for `restore`; undefined if several policies decide them. */
    store(): StoredSessions | undefined {
        return this.kept.size > 0
            ? undefined
            : { begun: [...this.begun], sessions: storeSessions(this.current.gateway) };
    }

    restore({ begun, sessions }: StoredSessions): void {
        begun.forEach((session) => this.begun.add(session));
        restoreSessions(this.current.gateway, sessions);
    }

    begin(session: string): void {
        this.begun.add(session);
    }

    /** From now on, the policy decides the sessions that begin. */
    change(policy: EnforcedPolicy): void {
        for (const session of this.begun) {
            if (!this.kept.has(session)) {
                this.kept.set(session, this.current);
            }
        }
        this.current = this.deciding(policy);
    }

    private deciding(policy: EnforcedPolicy): Deciding {
        return { policy, gateway: createGateway(policy.loaded, { clock: this.clock }) };
    }
}

/** The policy that decided each line of a log, by its digest. */
export class LoggedPolicies {
    private current: unknown;
    private readonly bySession = new Map<string, unknown>();

    /** Reads a line of the gateway itself. */
    note({ policy, sessions }: Line): void {
        if (policy !== undefined) {
            this.current = policy;
            if (sessions !== 'new') {
                this.bySession.clear();
            }
        }
    }

    /** A session that is seen for the first time begins with the current policy. */
    of(session: string): unknown {
        if (!this.bySession.has(session)) {
            this.bySession.set(session, this.current);
        }
        return this.bySession.get(session);
    }
}
