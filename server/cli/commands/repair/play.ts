/**
 * Plays the sessions of a log through a policy, to count what it costs. Every call of an honest session is made: a held
 * call once everybody who is asked has approved it, and a denied call as it was recorded.
 */
import { GuardrailError } from '../../../gateway/errors.js';
import type { SessionRecord } from '../../../gateway/events.js';
import { History } from '../../../gateway/history.js';
import { Names } from '../../../gateway/names.js';
import { type CallRecord, RecordedSession } from '../../../gateway/recorded-session.js';
import { millisecondsOf } from '../../../gateway/times.js';
import type { Policy } from '../../../model/policy/policy.js';
import type { PlayedLog, StoppedCall } from '../../../repair/index.js';
import type { LoggedRecord, LoggedSession } from './sessions.js';

type ToolCall = SessionRecord & { readonly type: 'call' };

export interface Log {
    readonly honest: readonly LoggedSession[];
    readonly attacks: readonly LoggedSession[];
    readonly agent: string | undefined;
}

/** Plays the sessions. Calls that honest sessions make too are not counted among those of attacks. */
export function playedLog({ honest, attacks, agent }: Log): PlayedLog {
    const honestCalls = new Set(honest.flatMap((session) => session.records.filter(isCall).map(keyOf)));
    const allOf = <T>(sessions: readonly LoggedSession[], policy: Policy, result: (played: Played) => T): T[] => {
        const names = new Names(policy, { agent });
        return sessions.map((session, index) => {
            const played = new Played(names, String(index), session);
            played.play();
            return result(played);
        });
    };
    return {
        sessions: honest.length,
        costOf(policy, among = honest.map((_, index) => index)) {
            const sessions = among.map((index) => honest[index]!);
            return allOf(sessions, policy, ({ approvals, denials, stopped }) => ({ approvals, denials, stopped })).map(
                (cost, at) => ({ session: among[at]!, ...cost })
            );
        },
        letThroughBy(policy) {
            const free = allOf(attacks, policy, (played) => played.free);
            return free.flat().filter((call) => !honestCalls.has(keyOf(call))).length;
        }
    };
}

function isCall(record: SessionRecord): record is ToolCall {
    return record.type === 'call' && (record.decision ?? 'allowed') === 'allowed';
}

function keyOf({ tool, args }: ToolCall): string {
    return JSON.stringify([tool, args]);
}

/** The maximum number of approvals that a call may need. */
const MOST_ANSWERS = 8;

class Played {
    approvals = 0;
    denials = 0;
    readonly stopped: StoppedCall[] = [];
    /** The calls that needed no answer. */
    readonly free: ToolCall[] = [];
    private readonly session: RecordedSession;
    private readonly results: { readonly tool: number; readonly text: string }[] = [];
    private readonly made: { readonly tool: number; readonly args: Readonly<Record<string, unknown>> }[] = [];
    /** The calls that were made, by their ids in the log, which may give several calls the same id. */
    private readonly running = new Map<string | undefined, { readonly id: string; readonly tool: number }>();
    private calls = 0;

    constructor(
        private readonly names: Names,
        name: string,
        private readonly log: LoggedSession
    ) {
        this.session = new RecordedSession(names, { history: new History(names.policy, log.hasUsers), name });
    }

    play(): void {
        for (const record of this.log.records) {
            try {
                this.session.attempt(() => this.next(record));
            } catch (error) {
                // `guardrail replay` reports events that cannot happen here.
                if (!(error instanceof GuardrailError)) {
                    throw error;
                }
            }
        }
    }

    private next(record: LoggedRecord): void {
        if (record.time !== undefined) {
            this.session.at(millisecondsOf(record.time));
        }
        if (record.type === 'call') {
            if (isCall(record)) {
                this.call(record);
            }
        } else if (record.type === 'result' || record.type === 'error' || record.type === 'lost') {
            const call = this.running.get(record.id);
            if (call && record.type === 'result') {
                this.results.push({ tool: call.tool, text: JSON.stringify(record.result ?? null) });
            }
            if (call) {
                this.running.delete(record.id);
                this.session.record({ ...record, id: call.id });
            }
        } else if (record.type !== 'delegate' && !ANSWERS.has(record.type)) {
            this.session.record(record);
        }
    }

    private call(logged: ToolCall): void {
        const id = String(this.calls++);
        const record = { ...logged, id };
        const numbered = this.session.numbered(record);
        if (!numbered) {
            this.denials++;
            return;
        }
        const { tool } = numbered.call;
        const args = record.args ?? {};
        let decision = this.session.decide(numbered);
        if (decision.kind === 'held' || decision.kind === 'denied') {
            this.approvals += decision.kind === 'held' ? 1 : 0;
            this.denials += decision.kind === 'denied' ? 1 : 0;
            this.stopped.push({ tool, args, rules: decision.rules, ...this.before(args) });
        } else {
            this.free.push(logged);
        }
        if (decision.kind === 'held') {
            this.session.submit(numbered, { ...record, decision: 'held' }, decision);
            for (let answers = 0; decision.kind === 'held' && answers < MOST_ANSWERS; answers++) {
                this.approve(id);
                decision = this.session.decide(numbered);
            }
        }
        const submitted: CallRecord = { ...record, decision: 'allowed' };
        this.session.submit(numbered, submitted);
        this.running.set(logged.id, { id, tool });
        this.made.push({ tool, args });
    }

    /** Everybody approves; the approvals of people who are not asked change nothing. */
    private approve(id: string): void {
        for (const { name: human } of this.names.policy.humans) {
            try {
                this.session.attempt(() => this.session.record({ type: 'approve', human, id }));
            } catch (error) {
                if (!(error instanceof GuardrailError)) {
                    throw error;
                }
            }
        }
    }

    private before(args: Readonly<Record<string, unknown>>): Pick<StoppedCall, 'sources' | 'earlier'> {
        const sources = new Map<string, Set<number>>();
        const earlier = new Map<string, Set<number>>();
        for (const [name, value] of Object.entries(args)) {
            const texts = (Array.isArray(value) ? value : [value]).filter(
                (one): one is string => typeof one === 'string' && one.length >= SHORTEST
            );
            const has = texts.length > 0;
            const from = this.results.filter(({ text }) => has && texts.every((one) => text.includes(inJson(one))));
            const with_ = this.made.filter((one) => has && JSON.stringify(one.args[name]) === JSON.stringify(value));
            sources.set(name, new Set(from.map(({ tool }) => tool)));
            earlier.set(name, new Set(with_.map(({ tool }) => tool)));
        }
        return { sources, earlier };
    }
}

/** Shorter texts occur everywhere. */
const SHORTEST = 3;

function inJson(text: string): string {
    return JSON.stringify(text).slice(1, -1);
}

/** In the log, people answered holds of another policy. */
const ANSWERS: ReadonlySet<string> = new Set(['approve', 'refuse']);
