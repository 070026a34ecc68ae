/**
 * A session that is played step by step like a scenario: by the decision procedure, without the search. The judge of
 * recorded sessions judges its claims (M20).
 */
import { triggerIn } from '../questions/parts.js';
import type { WorkQuestion } from '../questions/question.js';
import { questionOf } from '../questions/question.js';
import { Assumed } from '../system/assumptions.js';
import type { ReplayedCall, ReplayedStep } from '../traces/replay.js';
import { runStep } from '../scenarios/scenarios.js';
import type { Note } from '../traces/trace.js';
import { advance, initial } from '../../model/advance.js';
import { withAnswer } from '../../model/events/call-answers.js';
import { servingApprovals } from '../../model/session/approvals.js';
import { findHeld } from '../../model/decide.js';
import { answerTo } from '../../model/session/held-calls.js';
import { type Situation, situationIn } from '../../model/conditions/inputs.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import { type JudgedRelease, RecordedClaims } from '../../model/judge.js';
import { matchesStep } from '../../model/session/known-ends.js';
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { Answer, Call, CallEvent, HistoryEvent, RunningCall, SessionState } from '../../model/session/session.js';
import { readableReadings } from '../../model/conditions/signals.js';
import { mayBe, mustBe, TRUE, type Truth } from '../../model/policy/truth.js';

/** The observations about one claim in a session: for each, the number of steps after which it was true. */
export interface ClaimObservations {
    /** The step at which the claim was broken, or the steps of a `possible` were completed. */
    readonly met?: number;
    /** True if another session had begun by then. */
    readonly across?: boolean;
    /** The step at which the subject of the claim happened. */
    readonly spoken?: number;
}

/** An event with the steps of its release and of its known end. */
interface PastEvent {
    readonly event: HistoryEvent;
    readonly at: number;
    readonly known: number;
    /** The state before it. */
    readonly before: SessionState;
}

/** A release that is judged once the calls running at that time have ended. */
interface PendingRelease {
    state: SessionState;
    readonly asked: JudgedRelease;
}

export class PlayedSession {
    /** The steps that were taken, with their actual decisions. */
    readonly steps: ScenarioStep[] = [];
    readonly replayed: (ReplayedStep | Note)[] = [];
    /** The observations about each claim. */
    readonly shown: ClaimObservations[];
    state: SessionState;
    private readonly claims: RecordedClaims;
    private readonly assumed: Assumed;
    private happened: PastEvent[] = [];
    private running = new Map<number, Omit<PastEvent, 'event' | 'known'> & { readonly event: CallEvent }>();
    private pending: PendingRelease[] = [];
    private sessions = 1;
    private isApproved = false;
    private hasBegun = false;

    constructor(readonly policy: Policy) {
        this.state = initial(policy);
        this.claims = new RecordedClaims(policy);
        this.assumed = new Assumed(policy);
        this.shown = policy.claims.map(() => ({}));
        this.look();
    }

    /** True if the step can be taken here and no assumption excludes it; otherwise nothing changes. */
    take(step: ScenarioStep): boolean {
        if (this.leavesResultOpen(step)) {
            return false;
        }
        const before = this.state;
        const run = runStep(this.policy, before, step, { name: '', steps: [], source: this.policy.source });
        const isCall = step.kind === 'call' || step.kind === 'delegate';
        const isTaken = isCall ? run.replayed !== undefined : run.result.passed;
        if (!isTaken || this.isExcluded(step, run.replayed)) {
            return false;
        }
        this.steps.push(isCall ? { ...step, expected: run.result.actual! } : step);
        if (run.replayed) {
            this.replayed.push(run.replayed);
        }
        this.state = run.after;
        this.tell(step, before, run.replayed);
        this.look();
        return true;
    }

    /** Only a result can show that such a call succeeded: a host does not know it without one. */
    private leavesResultOpen(step: ScenarioStep): boolean {
        return (
            (step.kind === 'call' || step.kind === 'end') &&
            step.outcome === 'success' &&
            !step.result &&
            this.policy.tools.some(({ name, succeeds }) => name === step.tool && succeeds !== undefined)
        );
    }

    /** Ends the session: calls that are still running have no known end. */
    finish(): void {
        this.settleAll();
    }

    private tell(step: ScenarioStep, before: SessionState, replayed: ReplayedStep | Note | undefined): void {
        switch (step.kind) {
            case 'call':
            case 'delegate':
                this.hasBegun = true;
                return this.decided(before, replayed as ReplayedCall);
            case 'approve':
            case 'refuse':
                return this.answered(step, replayed as ReplayedCall);
            case 'end':
                return this.ended(before, step);
            case 'session':
                if (this.hasBegun) {
                    this.sessions++;
                }
                return this.settleAll();
            case 'event':
            case 'says':
            case 'return':
                this.hasBegun = true;
                if (replayed?.kind === 'event') {
                    this.happen(replayed.event, replayed.before);
                }
                return;
            default:
        }
    }

    private decided(before: SessionState, { call, decision, readings: read = [], event }: ReplayedCall): void {
        const { policy, claims } = this;
        const held = findHeld(before, call);
        const readings = readableReadings(policy, read);
        const asked = { call, approvals: servingApprovals(policy, before, call, held, before.time), readings };
        claims.decidedSo(before, asked, decision!, (claim, broken) => this.judged(claim, broken));
        if (decision!.kind === 'allowed' && claims.concern(call.tool)) {
            this.pending.push({ state: before, asked });
            this.judgePending();
        }
        if (event?.released && event.outcome === undefined) {
            this.running.set(event.id, { event, at: this.steps.length, before });
        } else if (event) {
            this.happen(event, before);
        }
    }

    private answered(step: ScenarioStep & { kind: 'approve' | 'refuse' }, { call, before }: ReplayedCall): void {
        const held = findHeld(before, call);
        this.isApproved ||= step.kind === 'approve';
        const who = step.kind === 'approve' ? { approvedBy: step.human } : { refusedBy: step.human };
        this.happen(answerTo(before, held ?? { id: 0, call }, who), before);
    }

    private ended(before: SessionState, step: ScenarioStep & { kind: 'end' }): void {
        const ended = runningOf(this.policy, before, step.tool)!;
        const { outcome, result, readings } = step;
        const answer: Answer = {
            outcome,
            ...(result ? { result } : { confirmed: outcome === 'success' }),
            ...(readings && { readings })
        };
        this.endPending(ended.id, answer);
        const started = this.running.get(ended.id);
        if (started) {
            this.running.delete(ended.id);
            this.happen(withAnswer(this.policy, started.event, answer), started.before, started.at);
        }
    }

    private endPending(id: number, answer: Answer): void {
        for (const one of this.pending) {
            if (one.state.running.has(id)) {
                one.state = advance(this.policy, one.state, { kind: 'end', id, ...answer, ranThen: true });
            }
        }
        this.judgePending();
    }

    private settleAll(): void {
        const open = new Set(this.pending.flatMap(({ state }) => state.running.items.map(({ id }) => id)));
        open.forEach((id) => this.endPending(id, { outcome: 'lost' }));
        this.running.clear();
    }

    private judgePending(): void {
        const settled = this.pending.filter(({ state }) => state.unsettled.length === 0);
        this.pending = this.pending.filter(({ state }) => state.unsettled.length > 0);
        settled.forEach(({ state, asked }) =>
            this.claims.released(state, asked, (claim, broken) => this.judged(claim, broken))
        );
    }

    private happen(event: HistoryEvent, before: SessionState, at = this.steps.length): void {
        this.happened.push({ event, at, known: this.steps.length, before });
        this.policy.claims.forEach((claim, index) => {
            const question = questionOf(claim);
            if (question.goal === 'work' && this.sessions === 1 && this.isDone(question)) {
                this.found(index, 'spoken');
                this.found(index, 'met');
            }
        });
    }

    /** True if all steps of the `possible` have succeeded, each before the next was released (M21). */
    private isDone(work: WorkQuestion): boolean {
        if (work.withoutApproval && this.isApproved) {
            return false;
        }
        return this.happened.some((first) => {
            let [done, known, time] = [0, -1, first.event.time];
            for (const { event, at, known: end, before } of this.happened) {
                const step = work.steps[done];
                const isNext = step && at >= first.at && at > known;
                if (isNext && matchesStep(this.policy, step, event, before) === TRUE) {
                    [done, known, time] = [done + 1, end, event.time];
                }
            }
            return done === work.steps.length && time - first.event.time <= (work.window ?? Infinity);
        });
    }

    /** Checks the state for a violated `always`, and for a trigger that has happened. */
    private look(): void {
        const { policy, state, claims } = this;
        claims.inState(state, (claim, broken) => this.judged(claim, broken));
        if (state.unsettled.length > 0) {
            return;
        }
        policy.claims.forEach((claim, index) => {
            // A flow also needs its sink, and is then found as a release.
            const question = questionOf(claim);
            const trigger = question.premises.includes('judged') ? undefined : triggerIn(question);
            if (!trigger || this.shown[index]!.spoken !== undefined) {
                return;
            }
            const isSpoken = policy.agents.some((_, agent) =>
                mustBe(evaluate(policy, trigger, this.at({ ...NO_CALL, agent })))
            );
            if (isSpoken) {
                this.found(index, 'spoken');
            }
        });
    }

    private judged(index: number, broken: Truth): void {
        const claim = this.policy.claims[index]!;
        if (!triggerIn(questionOf(claim))) {
            this.found(index, 'spoken');
        }
        if (mayBe(broken)) {
            this.found(index, 'met');
        }
    }

    private found(index: number, what: 'met' | 'spoken'): void {
        const shown = this.shown[index]!;
        if (shown[what] === undefined) {
            const across = what === 'met' && this.sessions > 1 ? { across: true } : {};
            this.shown[index] = { ...shown, [what]: this.steps.length, ...across };
        }
    }

    /** True if an assumption certainly excludes the step (M26). */
    private isExcluded(step: ScenarioStep, replayed: ReplayedStep | Note | undefined): boolean {
        const { policy, state, assumed } = this;
        if ((policy.assumptions ?? []).length === 0) {
            return false;
        }
        switch (step.kind) {
            case 'approve':
                return !assumed.approves(step.human, this.at((replayed as ReplayedCall).call));
            case 'event':
                return !assumed.happens(step.event, this.at({ ...NO_CALL, args: step.args ?? {} }));
            case 'call': {
                const { result, readings } = step;
                const situation = { ...this.at((replayed as ReplayedCall).call), readings, result };
                return !assumed.calls(situation) || !assumed.says(situation) || !assumed.returns(situation);
            }
            case 'end': {
                const running = runningOf(policy, state, step.tool);
                return running !== undefined && !assumed.returns({ ...this.at(running.call), result: step.result });
            }
            default:
                return false;
        }
    }

    private at(call: Call): Situation {
        return situationIn(this.state, { call });
    }
}

const NO_CALL: Call = { agent: -1, tool: -1, args: {} };

/** The call that a step ends: the tool's longest-running one. */
function runningOf({ tools }: Policy, { running }: SessionState, tool: string): RunningCall | undefined {
    return running.items.find(({ call }) => tools[call.tool]!.name === tool);
}

/** Plays the steps; undefined if one of them cannot be taken. */
export function played(policy: Policy, steps: readonly ScenarioStep[]): PlayedSession | undefined {
    const session = new PlayedSession(policy);
    const isWhole = steps.every((step) => session.take(step));
    session.finish();
    return isWhole ? session : undefined;
}
