/**
 * A gateway whose sessions survive the process. Every event is written to disk before anything depends on it: a call
 * before it is made, a result before the agent gets it, an approval before it counts. The library makes the decisions.
 */
import { EventEmitter, on, once } from 'node:events';
import { GuardrailError } from '../gateway/errors.js';
import { type End, endedCall } from '../gateway/ended-call.js';
import type { DecidingRule, Decision, JsonObject, SessionRecord } from '../gateway/events.js';
import { sharesSessions } from '../model/memory/across-sessions.js';
import type { HeldCall } from './held-calls.js';
import { type Checkpoint, checkpointBytes, Checkpoints, readCheckpoint } from './checkpoint.js';
import { ForwardClock } from './forward-clock.js';
import type { EnforceOptions } from './enforce-options.js';
import type { Identities } from './identities.js';
import type { Line, Log } from './log.js';
import { hasOnlyDigests, logged } from './log-content.js';
import { Metrics } from './metrics.js';
import { openLog } from './open-log.js';
import { Ongoing, type StoredOngoing } from './ongoing.js';
import type { EnforcedPolicy } from './policy.js';
import type { Ruling, Submission, SubmitOptions } from './submission.js';
import { LoggedPolicies, SessionPolicies, type StoredSessions } from './session-policies.js';
import { harmless, type ReportedCall, type Telemetry } from './telemetry.js';
import { unfit, unrestorable } from './unfit-log.js';
import type { Verification } from './verification.js';
import { type Answerer, type AnswerOptions, assertMayAnswer } from './who-answers.js';

/** The content of a checkpoint. */
interface StoredState {
    readonly time: string;
    readonly ongoing: StoredOngoing;
    readonly sessions: StoredSessions;
}

type CallRecord = SessionRecord & { readonly type: 'call' | 'delegate' };

export class EnforcingGateway {
    readonly metrics = new Metrics();
    private ongoing = new Ongoing();
    /** Sessions of the log that cannot be restored, because it has digests of what happened in them. */
    private unrestored = new Set<string>();
    private readonly events = new EventEmitter<{ change: [SessionRecord] }>().setMaxListeners(0);
    private readonly telemetry: Telemetry;
    private readonly checkpoints: Checkpoints;

    private constructor(
        private options: EnforceOptions,
        private readonly log: Log,
        private policies: SessionPolicies,
        private readonly clock: ForwardClock
    ) {
        this.telemetry = harmless([this.metrics, ...(options.telemetry ? [options.telemetry] : [])]);
        this.checkpoints = new Checkpoints(log, options.checkpointAfter, log.start);
    }

    get identities(): Identities | undefined {
        return this.options.identities;
    }

    /** The policy that decides new sessions. */
    get policy(): EnforcedPolicy {
        return this.options.policy;
    }

    /** The policy that decides this session. */
    policyOf(session: string): EnforcedPolicy {
        return this.policies.of(session);
    }

    /** Aborted, with the error as its reason, once the log can no longer be written; no more calls are decided then. */
    get failed(): AbortSignal {
        return this.log.failed;
    }

    /**
     * Restores the sessions from the log. Calls that were running when the last process ended are lost. Throws GR990,
     * GR991 or GR992 like `openLog`, and GR994 if the events do not match the policy or were decided differently.
     */
    static async open(options: EnforceOptions): Promise<EnforcingGateway> {
        let kept: Checkpoint<StoredState> | undefined;
        const { log, content } = await openLog(options, (bytes) => {
            kept = readCheckpoint(options.policy.digest, bytes);
            return kept?.place;
        });
        try {
            const state = content.from.length > 0 ? kept?.state : undefined;
            const one = EnforcingGateway.restored(options, log, content.lines, new ForwardClock(options.clock), state);
            one.begin('start');
            [...one.ongoing.running].forEach(([id, session]) => one.record(session, { type: 'lost', id }));
            await log.flushed();
            return one;
        } catch (error) {
            await log.close().catch(() => undefined);
            throw error;
        }
    }

    /**
     * Switches to another policy. From then on, it decides every session, over everything that has happened, or only
     * new sessions (`options.reload`). Rejects with GR994 if it decides sessions whose log names something that it
     * lacks; the previous policy then stays in force.
     */
    async reload(policy: EnforcedPolicy, verification: Verification | undefined): Promise<void> {
        await (this.options.reload === 'new-sessions'
            ? this.reloadForNewSessions(policy, verification)
            : this.reloadForAll(policy, verification));
    }

    private async reloadForNewSessions(policy: EnforcedPolicy, verification: Verification | undefined): Promise<void> {
        const { verification: _, ...options } = this.options;
        this.log.assertWorks();
        this.options = { ...options, policy, ...(verification && { verification }) };
        this.policies.change(policy);
        this.begin('reload');
        await this.log.flushed();
    }

    private async reloadForAll(policy: EnforcedPolicy, verification: Verification | undefined): Promise<void> {
        let lines: readonly Line[];
        let length: number;
        do {
            ({ length } = this.log.end);
            await this.log.flushed();
            lines = await this.log.lines();
        } while (this.log.end.length !== length);
        if (lines.length !== length) {
            throw unfit(this.options.path, lines.length, 'lines are missing');
        }
        // Nothing can happen in between, because there is no `await` here.
        const { verification: _, ...options } = this.options;
        const next = EnforcingGateway.restored(
            { ...options, policy, ...(verification && { verification }) },
            this.log,
            lines,
            this.clock
        );
        this.options = next.options;
        this.policies = next.policies;
        this.unrestored = next.unrestored;
        this.ongoing = next.ongoing;
        this.begin('reload');
        await this.log.flushed();
    }

    /**
     * Decides a call, once the running calls that its decision depends on have ended, and records it. Rejects with
     * GR992 if the call cannot be recorded; it must not be made then. Throws a `GuardrailError` for a mistake of the
     * host, and GR933 if too many calls of the session wait for people already.
     */
    async submit(
        session: string,
        call: Submission,
        { signal, onHeld, traceparent }: SubmitOptions = {}
    ): Promise<Ruling> {
        for (;;) {
            const began = performance.now();
            this.assertGoesOn(session);
            const time = this.now();
            const decision = this.policies.session(session).decide({ ...call, time });
            if (decision.kind === 'held' && this.isFull(session, call)) {
                await this.denyUndecided({
                    tool: 'tool' in call ? call.tool : `delegate to ${call.to}`,
                    session,
                    problem: FULL
                });
                throw new GuardrailError('GR933', FULL);
            }
            if (decision.kind !== 'waits') {
                const ruling = this.ruled(session, call, decision, time);
                if (decision.kind === 'held') {
                    onHeld?.();
                }
                await this.log.flushed();
                this.report({
                    id: ruling.id,
                    session,
                    ...('tool' in call && { tool: call.tool }),
                    ...(call.agent !== undefined && { agent: call.agent }),
                    decision: decision.kind,
                    by: decision.by,
                    rules: decision.rules,
                    duration: performance.now() - began,
                    ...(traceparent !== undefined && { traceparent })
                });
                return ruling;
            }
            await once(this.events, 'change', { signal }).catch(() => signal?.throwIfAborted());
        }
    }

    /**
     * Records the end of a released call, and returns the rules that withhold its result from the agent. Rejects with
     * GR992 if the end cannot be recorded; the agent must not get the result then.
     */
    async end(session: string, id: string, end: End): Promise<readonly DecidingRule[]> {
        this.log.assertWorks();
        const time = this.now();
        if (this.ongoing.running.get(id) !== session) {
            // The gateway could not represent the call in the history, and let it through only because it was
            // observing.
            return NO_RULES;
        }
        const { record, withheldBy } = endedCall(this.policies.session(session), end, { id, time });
        this.record(session, record, withheldBy.length > 0 ? { withheldBy } : {});
        await this.log.flushed();
        this.events.emit('change', record);
        const outcome = record.type === 'result' ? 'success' : record.type === 'error' ? 'error' : 'lost';
        this.telemetry.ended(id, outcome, withheldBy.length > 0);
        return this.options.observe ? NO_RULES : withheldBy;
    }

    /** True if a rule may withhold the result of the running call, whatever the result is. */
    mayWithhold(session: string, id: string): boolean {
        const isEnforced = this.ongoing.running.get(id) === session && !this.options.observe;
        const at = { id, time: this.now() };
        return isEnforced && endedCall(this.policies.session(session), { type: 'result' }, at).withheldBy.length > 0;
    }

    /** Records any other event: words of the user, an event from outside, the end of the session. */
    async happen(
        session: string,
        event: Exclude<SessionRecord, { readonly type: 'call' | 'delegate' | 'approve' | 'refuse' }>
    ): Promise<void> {
        await this.happened(session, event);
    }

    /**
     * Records the answer of a human to a held call. Rejects with a `GuardrailError` GR933 if the call is no longer
     * held, GR935 if the policy does not have the human, and like `assertMayAnswer`.
     */
    async answer(
        id: string,
        answer: 'approve' | 'refuse',
        by: Answerer,
        options: AnswerOptions = {}
    ): Promise<HeldCall> {
        const call = this.ongoing.held.get(id);
        if (!call) {
            throw new GuardrailError('GR933', `no call ${JSON.stringify(id)} is held`);
        }
        const { human, choice, proof } = assertMayAnswer(call, answer, by, options, this.identities);
        try {
            await this.happened(call.session, { type: answer, id, human, ...choice }, proof);
        } catch (error) {
            if (error instanceof GuardrailError && error.code === 'GR933') {
                // The hold has expired.
                this.ongoing.held.delete(id);
            }
            throw error;
        }
        this.telemetry.answered(answer);
        return call;
    }

    /** The calls that still need an approval, oldest first; some may have expired. */
    waiting(): readonly HeldCall[] {
        return this.ongoing.held.all().filter((call) => this.isWaiting(call));
    }

    /** The call with this id, if it still needs an approval. */
    waitingCall(id: string): HeldCall | undefined {
        const call = this.ongoing.held.get(id);
        return call && this.isWaiting(call) ? call : undefined;
    }

    /**
     * The answers, ends and other events of all sessions that are not calls, from this moment on. It keeps those that
     * arrive before they are read, so a caller that asks for it when its call is held misses no answer. Throws an
     * `AbortError` once `signal` is aborted. Call `return` when you stop reading.
     */
    changes(signal: AbortSignal): AsyncIterableIterator<[SessionRecord]> {
        return on(this.events, 'change', { signal }) as AsyncIterableIterator<[SessionRecord]>;
    }

    /**
     * Records that the gateway denied a call which the policy could not decide, for example because the definition of
     * the tool has changed. If the gateway only observes, the call is made nevertheless.
     */
    async denyUndecided(
        { tool, session, problem }: { readonly tool: string; readonly session?: string; readonly problem: string },
        { traceparent }: Pick<SubmitOptions, 'traceparent'> = {}
    ): Promise<void> {
        const began = performance.now();
        const named = session !== undefined && { session };
        this.note('denied', { ...named, tool, problem, ...(this.options.observe && { observe: true }) });
        await this.log.flushed();
        this.report({
            ...named,
            tool,
            decision: 'denied',
            by: 'gateway',
            rules: NO_RULES,
            duration: performance.now() - began,
            ...(traceparent !== undefined && { traceparent })
        });
    }

    /** The calls that are still running are lost. */
    async close(): Promise<void> {
        try {
            [...this.ongoing.running].forEach(([id, session]) => this.record(session, { type: 'lost', id }));
            this.note('stop', {});
        } finally {
            await this.log.close();
            await this.telemetry.close();
        }
    }

    private report({ tool, ...call }: Omit<ReportedCall, 'policy' | 'isObserved'>): void {
        const { observe = false } = this.options;
        const policy = call.session === undefined ? this.policy : this.policyOf(call.session);
        const { name, tools } = policy.loaded;
        const known = tool !== undefined && tools.includes(tool) && { tool };
        const reported = { ...call, ...known, isObserved: observe, policy: { name, digest: policy.digest } };
        this.telemetry.decided(reported);
    }

    private async happened(session: string, event: SessionRecord, facts: Line = {}): Promise<void> {
        this.assertGoesOn(session);
        this.record(session, { ...event, time: this.now() }, facts);
        await this.log.flushed();
        this.events.emit('change', event);
    }

    /** True if so many calls of the session wait for people that this one cannot. */
    private isFull(session: string, call: Submission): boolean {
        const { held } = this.ongoing;
        const others = held.of(session);
        return (
            others.length >= MOST_HELD &&
            !this.options.observe &&
            !held.like(session, call) &&
            others.filter((one) => this.isWaiting(one)).length >= MOST_HELD
        );
    }

    private isWaiting({ session, tool, args, agent }: HeldCall): boolean {
        const call = { tool, args, ...(agent !== undefined && { agent }), time: this.now() };
        return this.policies.session(session).decide(call).kind !== 'allowed';
    }

    private static restored(
        options: EnforceOptions,
        log: Log,
        lines: readonly Line[],
        clock: ForwardClock,
        state?: StoredState
    ): EnforcingGateway {
        const one = new EnforcingGateway(options, log, new SessionPolicies(options.policy, () => clock.now()), clock);
        if (state) {
            clock.follow(state.time);
            one.ongoing.restore(state.ongoing);
            one.policies.restore(state.sessions);
        }
        one.restore(lines, log.end.length - lines.length);
        return one;
    }

    /** The state after all lines; undefined if only the lines can tell it. */
    private checkpoint(): Buffer | undefined {
        const sessions = this.unrestored.size > 0 ? undefined : this.policies.store();
        if (!sessions || this.options.content === 'digests') {
            return undefined;
        }
        const state: StoredState = { time: this.now(), ongoing: this.ongoing.store(), sessions };
        return checkpointBytes(this.policy.digest, { place: this.log.end, state });
    }

    /** From here on, this policy decides the sessions of the log. */
    private begin(what: 'start' | 'reload'): void {
        const { policy, verification, observe = false, reload, content } = this.options;
        this.note(what, {
            policy: policy.digest,
            ...(content === 'digests' && { content }),
            ...(what === 'reload' && reload === 'new-sessions' && { sessions: 'new' }),
            observe,
            verified: verification ? { claims: verification.claims, open: verification.open } : false
        });
    }

    private ruled(session: string, call: Submission, decision: Decision, time: string): Ruling {
        const known = this.ongoing.held.like(session, call);
        const id = known?.id ?? this.ongoing.nextCall();
        const type = 'tool' in call ? ('call' as const) : ('delegate' as const);
        const kind = decision.kind as Exclude<Decision['kind'], 'waits'>;
        const made = this.options.observe && kind !== 'left' ? 'allowed' : kind;
        const { by, rules, problem } = decision;
        const why = { by, rules, ...(problem !== undefined && { problem }), ...(made !== kind && { would: kind }) };
        const record = { ...call, type, id, time } as Omit<CallRecord, 'decision'>;
        try {
            this.record(session, { ...record, decision: made } as CallRecord, why);
        } catch (error) {
            if (made === kind || !(error instanceof GuardrailError)) {
                throw error;
            }
            // The history has no place for a call of a tool that is not in the inventory.
            this.record(session, { ...record, decision: 'denied' } as CallRecord, why);
        }
        return { id, decision, isReleased: made === 'allowed' };
    }

    /** Throws a `GuardrailError`, without writing a line to the log, for an event that cannot happen. */
    private record(session: string, event: SessionRecord, facts: Line = {}): void {
        const timed = event.time === undefined ? { ...event, time: this.now() } : event;
        this.policies.session(session).record(timed);
        this.log.append({ session, ...logged(timed, facts, this.options.content ?? 'all') });
        this.follow(session, timed, facts['rules']);
        void this.checkpoints.offer(() => this.checkpoint());
    }

    private note(what: string, facts: JsonObject): void {
        this.log.append({ type: 'gateway', what, time: this.now(), ...facts });
    }

    private follow(session: string, event: SessionRecord, rules: unknown): void {
        this.ongoing.follow(session, event, rules as readonly DecidingRule[] | undefined);
        this.policies.begin(session);
    }

    /** @param before the number of lines of the log before these */
    private restore(lines: readonly Line[], before: number): void {
        const policies = new LoggedPolicies();
        if (before > 0) {
            policies.note({ policy: this.options.policy.digest });
        }
        lines.forEach((line, index) => {
            try {
                this.clock.follow(line['time']);
                if (line['type'] === 'gateway') {
                    policies.note(line);
                    return;
                }
                this.restoreEvent(line, policies.of(String(line['session'])) === this.options.policy.digest);
            } catch (error) {
                if (!(error instanceof GuardrailError)) {
                    throw error;
                }
                throw unfit(this.options.path, before + index, error.message);
            }
        });
        if (this.unrestored.size > 0 && sharesSessions(this.policy.model)) {
            throw unfit(
                this.options.path,
                0,
                'it has only digests, and the sessions of the policy share their history'
            );
        }
    }

    /** @param isSamePolicy true if the decision must be the same again */
    private restoreEvent(line: Line, isSamePolicy: boolean): void {
        const { session: name, previous: _, ...event } = line as Line & { readonly session: string };
        const record = event as unknown as SessionRecord;
        if (hasOnlyDigests(line) || this.unrestored.has(name)) {
            this.unrestored.add(name);
            this.ongoing.use(line['id']);
            return;
        }
        const session = this.policies.session(name);
        if (record.type === 'call' || record.type === 'delegate') {
            const { kind } = session.decide(record);
            const expected = (line['would'] ?? record.decision) as string;
            if (isSamePolicy && kind !== expected) {
                throw new GuardrailError('GR933', `the call is ${kind} again, and was ${expected}`);
            }
        }
        session.record(record);
        this.follow(name, record, line['rules']);
    }

    /** Throws GR994 for a session whose history is not known, and GR992 if the log cannot be written. */
    private assertGoesOn(session: string): void {
        this.log.assertWorks();
        if (this.unrestored.has(session)) {
            throw unrestorable(session);
        }
    }

    /** The time in ISO 8601, which people can read in the log. */
    private now(): string {
        return new Date(this.clock.now()).toISOString();
    }
}

const NO_RULES: readonly DecidingRule[] = [];
/** Calls of one session that may wait for people at once: more than anybody reads. */
const MOST_HELD = 100;
const FULL = `${MOST_HELD} calls of the session wait for people already, who have to answer some first`;
