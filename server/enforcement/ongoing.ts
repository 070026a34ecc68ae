/** The calls in the sessions of a log: those that run, those that wait for people, and the last ones. */
import type { DecidingRule, SessionRecord } from '../gateway/events.js';
import { type EarlierCall, EarlierCalls, type HeldCall, heldCall, HeldCalls } from './held-calls.js';

export interface StoredOngoing {
    readonly held: readonly HeldCall[];
    readonly running: readonly (readonly [id: string, session: string])[];
    readonly earlier: readonly (readonly [session: string, calls: readonly EarlierCall[]])[];
    readonly calls: number;
}

export class Ongoing {
    readonly held = new HeldCalls();
    /** The session of each running call. */
    readonly running = new Map<string, string>();
    private readonly earlier = new EarlierCalls();
    private calls = 0;

    store(): StoredOngoing {
        const { held, running, earlier, calls } = this;
        return { held: held.all(), running: [...running], earlier: [...earlier.bySession], calls };
    }

    restore({ held, running, earlier, calls }: StoredOngoing): void {
        held.forEach((call) => this.held.add(call));
        running.forEach(([id, session]) => this.running.set(id, session));
        earlier.forEach(([session, before]) => this.earlier.bySession.set(session, before));
        this.calls = calls;
    }

    /** A number that no call of the log has. */
    nextCall(): string {
        return String(this.calls + 1);
    }

    /** No later call gets this number. */
    use(id: unknown): void {
        this.calls = Math.max(this.calls, Number(id ?? 0) || 0);
    }

    /** @param rules the rules that decided a call */
    follow(session: string, event: SessionRecord, rules: readonly DecidingRule[] = []): void {
        const before = this.earlier.of(session);
        this.earlier.add(session, event);
        const { id = '' } = event as { readonly id?: string };
        switch (event.type) {
            case 'call':
            case 'delegate':
                this.use(id);
                if (event.decision !== 'held') {
                    this.held.delete(id);
                } else if (event.type === 'call' && !this.held.has(id)) {
                    this.held.add(heldCall(id, session, event, rules, String(event.time), before));
                }
                if (event.type === 'call' && event.decision === 'allowed') {
                    this.running.set(id, session);
                }
                return;
            case 'result':
            case 'error':
            case 'lost':
                this.running.delete(id);
                return;
            case 'refuse':
                this.held.delete(id);
                return;
            case 'session':
            case 'end':
                [...this.running].filter(([, one]) => one === session).forEach(([one]) => this.running.delete(one));
                this.held.of(session).forEach((one) => this.held.delete(one.id));
                return;
            default:
        }
    }
}
