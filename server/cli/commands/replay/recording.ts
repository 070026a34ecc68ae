/**
 * Decides and judges one recorded session, event by event. The session follows the recording: a call that was made
 * stays made, regardless of the policy's decision.
 */
import { GuardrailError } from '../../../gateway/errors.js';
import type { SessionRecord } from '../../../gateway/events.js';
import type { EndOfCall, History } from '../../../gateway/history.js';
import type { Names, UnnamedDecision } from '../../../gateway/names.js';
import { type CallRecord, type NumberedCall, RecordedSession } from '../../../gateway/recorded-session.js';
import { advance, completeCall } from '../../../model/advance.js';
import { servingApprovals } from '../../../model/session/approvals.js';
import { auditedBy, decide, findHeld } from '../../../model/decide.js';
import { isOpen } from '../../../model/events/unsettled.js';
import { memoryAt } from '../../../model/events/effects.js';
import type { Decision, SessionState } from '../../../model/session/session.js';
import { situationIn } from '../../../model/conditions/inputs.js';
import type { JudgedRelease, RecordedClaims } from '../../../model/judge.js';
import type { Place } from './formats/format.js';
import type { DecidedCall } from './result.js';
import { placeOf, type Step, type Tally } from './tally.js';

export interface RecordingContext {
    readonly names: Names;
    readonly claims: RecordedClaims;
    readonly tally: Tally;
    readonly audits: boolean;
}

/**
 * A call whose decision or judgement depends on the ends of calls that were running when it was made. It keeps the
 * session at that moment, in which these ends are reported as the log reaches them (M2). Its place in the history does
 * not change.
 */
interface PendingCall {
    state: SessionState;
    readonly numbered: NumberedCall;
    readonly record: CallRecord;
    readonly step: Step;
    /** Undefined if the call is made. */
    decision: Decision | undefined;
    isToJudge: boolean;
}

export class Recording {
    readonly brokenClaims = new Set<number>();
    private readonly session: RecordedSession;
    steps = 0;
    private pending: PendingCall[] = [];
    /** The calls that are not in the history: their answers are ignored. */
    private readonly left = new Set<string | undefined>();

    /** @param history the history that the session takes part in */
    constructor(
        private readonly context: RecordingContext,
        private readonly id: string,
        private readonly history: History
    ) {
        this.session = new RecordedSession(context.names, { history, name: id });
        history.listeners.add(this.onEnd);
    }

    get timesBack(): number {
        return this.session.timesBack;
    }

    /**
     * Reads the next event of the session.
     *
     * @param milliseconds the time of the event, if the log has one
     */
    read(record: SessionRecord, place: Place, milliseconds: number | undefined): void {
        const { claims, tally } = this.context;
        this.steps++;
        const step: Step = { session: this.id, step: this.steps, place };
        try {
            this.session.attempt(() => {
                if (milliseconds !== undefined) {
                    this.session.at(milliseconds);
                    this.judgeState(step);
                }
                if (record.type === 'call' || record.type === 'delegate') {
                    this.call(record, step);
                } else {
                    this.goOn(record, step);
                }
            });
        } catch (error) {
            if (!(error instanceof GuardrailError)) {
                throw error;
            }
            const { code, message } = error;
            tally.tell('unfit', () => ({ ...placeOf(step), code, message }));
        }
        if (claims.hasAlways) {
            this.judgeState(step);
        }
    }

    /** Ends the session: its running calls have no known end. */
    end(): void {
        this.session.attempt(() => this.session.record({ type: 'end' }));
    }

    /**
     * Called when the log has no more events of this session, or of the sessions that it shares its history with. Calls
     * without an end then have no known end.
     */
    finish(): void {
        for (const one of this.pending) {
            const { running, unsettled } = one.state;
            const open = [...running.items, ...unsettled.events().filter(isOpen)].map(({ id }) => id);
            for (const id of new Set(open)) {
                one.state = advance(this.context.names.policy, one.state, {
                    kind: 'end',
                    id,
                    outcome: 'lost',
                    ranThen: true
                });
            }
            this.settle(one);
        }
        this.pending = [];
        this.history.listeners.delete(this.onEnd);
    }

    private call(record: CallRecord, step: Step): void {
        const { claims, tally } = this.context;
        const numbered = this.numbered(record, step);
        if (!numbered) {
            return;
        }
        this.session.assertCanBeSubmitted(numbered, record);
        this.left.delete(record.id);
        tally.calls++;
        const isReleased = isMade(record);
        const before = this.session.state;
        const decision = this.session.decide(numbered);
        const isToJudge = isReleased && claims.concern(numbered.call.tool);
        const isOpen = before.unsettled.length > 0;
        const decided = decision.kind === 'waits' ? undefined : this.whereArgumentsAre(record, decision);
        if (decided) {
            this.tellDecision(decided, numbered, record, step, before);
        } else {
            tally.waited++;
        }
        if (isToJudge && !isOpen) {
            this.judge(before, numbered, step);
        }
        if (!decided || (isToJudge && isOpen)) {
            this.pending.push({
                state: before,
                numbered,
                record,
                step,
                decision: decided,
                isToJudge: isToJudge && isOpen
            });
        }
        this.session.submit(numbered, record, decision);
    }

    /** Undefined if its tool or agent is not declared; the call is then not in the history. */
    private numbered(record: CallRecord, step: Step): NumberedCall | undefined {
        const { names, tally } = this.context;
        if (record.id !== undefined && this.left.has(record.id)) {
            throw new GuardrailError(
                'GR933',
                `the call ${JSON.stringify(record.id)} is already running, and no other call can have its name`
            );
        }
        const tool = record.type === 'call' ? names.toolName(record.tool, record.server) : `delegate to ${record.to}`;
        let unnamed: UnnamedDecision | undefined;
        try {
            const numbered = this.session.numbered(record);
            if (numbered) {
                return numbered;
            }
        } catch (error) {
            if (!(error instanceof GuardrailError) || this.isAgentKnown(record)) {
                throw error;
            }
            unnamed = { kind: 'denied', by: 'inventory', rules: [], problem: error.message };
        }
        this.session.assertFree(record.id);
        tally.calls++;
        unnamed ??= names.unnamed(tool, record.type === 'call' ? record.server : undefined);
        tally.unnamed(unnamed);
        if (this.isAgentKnown(record)) {
            tally.unknownTool(tool, step);
        } else {
            tally.unknownAgent(record.agent ?? '', step);
        }
        const decided = (): DecidedCall => tally.decided(step, record.agent ?? '', tool, unnamed);
        if (!isMade(record)) {
            if (unnamed.kind === 'left') {
                tally.tell('loosened', decided);
            }
            return undefined;
        }
        if (unnamed.kind === 'denied') {
            tally.tell('stopped', decided);
        }
        if (!(record.type === 'call' && (record.outcome !== undefined || record.result !== undefined))) {
            this.left.add(record.id);
        }
        return undefined;
    }

    private isAgentKnown({ agent }: CallRecord): boolean {
        try {
            this.context.names.agentOf(agent);
            return true;
        } catch {
            return false;
        }
    }

    /** A call whose arguments were not recorded may have had any: the policy's decision is unknown. */
    private whereArgumentsAre(record: CallRecord, decision: Decision): Decision {
        return record.type === 'call' && record.args === undefined && decision.by === 'inventory'
            ? { kind: 'denied', by: 'unknown', rules: [], problem: 'the log does not have its arguments' }
            : decision;
    }

    private tellDecision(
        decision: Decision,
        { call, readings }: NumberedCall,
        record: CallRecord,
        step: Step,
        before: SessionState
    ): void {
        const { names, claims, tally, audits } = this.context;
        const { policy } = names;
        tally.decision(decision);
        const isReleased = isMade(record);
        const decided = (): ReturnType<Tally['decided']> =>
            tally.decided(step, policy.agents[call.agent]!.name, policy.tools[call.tool]!.name, decision);
        if (decision.kind !== 'allowed' && isReleased) {
            tally.tell('stopped', decided);
        } else if (decision.kind === 'allowed' && !isReleased) {
            tally.tell('loosened', decided);
        }
        if (decision.by === 'inventory') {
            tally.tell('outsideSchema', decided);
        }
        if (!audits && !claims.hasDecided) {
            return;
        }
        const asked = this.askedOf(before, { call, ...(readings && { readings }) });
        claims.decidedSo(before, asked, decision, (claim, broken) =>
            tally.claim(claim, broken, this, step, this.whoCalls(call))
        );
        if (audits && before.unsettled.length === 0) {
            const memory = memoryAt(policy, before.settled, before.time);
            tally.audited(auditedBy(policy, situationIn(before, { ...asked, memory })));
        }
    }

    private goOn(record: Exclude<SessionRecord, CallRecord>, step: Step): void {
        if (record.type === 'result' || record.type === 'error' || record.type === 'lost') {
            if (this.left.size > 0 && this.left.delete(record.id)) {
                return;
            }
            const held = this.session.heldCall(record.id);
            if (held) {
                // The call was released in the meantime, but the log does not contain the time: now at the latest.
                const { agent, tool } = this.whoCalls(held);
                const id = record.id === undefined ? {} : { id: record.id };
                this.call({ type: 'call', agent, tool, args: held.args, ...id }, step);
            }
        }
        this.session.record(record);
    }

    private judge(before: SessionState, numbered: NumberedCall, step: Step): void {
        const { claims, tally } = this.context;
        claims.released(before, this.askedOf(before, numbered), (claim, broken) =>
            tally.claim(claim, broken, this, step, this.whoCalls(numbered.call))
        );
    }

    private judgeState(step: Step): void {
        const { claims, tally } = this.context;
        claims.inState(this.session.state, (claim, broken) => tally.claim(claim, broken, this, step, {}));
    }

    /** Called when a running call has ended: some decisions can be made now, and some claims judged. */
    private readonly onEnd = (ended: EndOfCall): void => {
        if (this.pending.length === 0) {
            return;
        }
        const { policy } = this.context.names;
        for (const one of this.pending) {
            if (one.state.running.has(ended.id) || one.state.unsettled.openCall(ended.id)) {
                one.state = advance(policy, one.state, { ...ended, ranThen: true });
            }
        }
        this.pending = this.pending.filter((one) => !this.settle(one));
    };

    /** True if everything about the call has been reported. */
    private settle(one: PendingCall): boolean {
        const { policy } = this.context.names;
        const { state, numbered, record, step } = one;
        if (!one.decision) {
            const decision = decide(policy, state, numbered.call, numbered.readings);
            if (decision.kind !== 'waits') {
                one.decision = this.whereArgumentsAre(record, decision);
                this.tellDecision(one.decision, numbered, record, step, state);
            }
        }
        if (one.isToJudge && state.unsettled.length === 0) {
            one.isToJudge = false;
            this.judge(state, numbered, step);
        }
        return one.decision !== undefined && !one.isToJudge;
    }

    private askedOf(state: SessionState, { call, readings = [] }: NumberedCall): JudgedRelease {
        const { policy } = this.context.names;
        const complete = completeCall(policy, call);
        const held = state.held.length > 0 ? findHeld(state, complete) : undefined;
        return { call: complete, approvals: servingApprovals(policy, state, complete, held, state.time), readings };
    }

    private whoCalls({ agent, tool }: NumberedCall['call']): { agent: string; tool: string } {
        const { policy } = this.context.names;
        return { agent: policy.agents[agent]!.name, tool: policy.tools[tool]!.name };
    }
}

/** True if the call was made, as far as the log says. One that was left to the client may have been. */
function isMade({ decision = 'allowed' }: CallRecord): boolean {
    return decision === 'allowed' || decision === 'left';
}
