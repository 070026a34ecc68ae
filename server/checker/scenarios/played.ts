/**
 * A session of the decision procedure, judged by claims. Its calls may overlap. A claim is judged at a release, over
 * the history before it, with the ends that become known later in the session; a call that never ends is lost (M2,
 * M20).
 */
import { withAnswer } from '../../model/events/call-answers.js';
import { servingApprovals } from '../../model/session/approvals.js';
import { completeCall } from '../../model/advance.js';
import { findHeld } from '../../model/decide.js';
import { matchesEvent } from '../../model/events/matching.js';
import { knowingEnds, LOST, memoryKnowing } from '../../model/session/known-ends.js';
import { memoryAt } from '../../model/events/effects.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question, StateQuestion, WorkQuestion } from '../questions/question.js';
import { readableReadings } from '../../model/conditions/signals.js';
import type { Answer, HistoryEvent, Memory, OutsideOccurrence, SessionState } from '../../model/session/session.js';
import { situationIn } from '../../model/conditions/inputs.js';
import { isOpen, Unsettled } from '../../model/events/unsettled.js';
import { mustBe } from '../../model/policy/truth.js';
import { Assumed } from '../system/assumptions.js';
import { ClockChanges } from '../concrete/clock.js';
import { Judge } from '../concrete/judge.js';
import type { Submission } from '../concrete/moves.js';
import { clockConditionsOf, periodsOf } from '../reductions/environment/closed.js';
import type { ReplayedCall, ReplayedStep } from '../traces/replay.js';
import type { PlayedScenario } from './scenarios.js';
import type { Note } from '../traces/trace.js';
import { readingsIn } from '../traces/trace.js';

/** The step of a session that decides a claim. */
export interface DecidingStep {
    /** The index of that step, or -1 for the state before the first step. */
    readonly at: number;
    /** The second of the session; for an `always`, it may be some time after the step. */
    readonly time: number;
}

export interface PlacedStep {
    readonly step: ReplayedStep;
    /** The index of the event among all events, including notes. */
    readonly at: number;
}

type Step = ReplayedStep | Note;

export class PlayedSession {
    /** The state before the session begins, with the constants of the session and the clock. */
    readonly begins: SessionState;
    readonly hasClock: boolean;
    private readonly steps: readonly Step[];
    private readonly last: SessionState;
    /** For calls that did not end at once, their end, and the step after which it is known. */
    private readonly ends: ReadonlyMap<number, { readonly answer: Answer; readonly at: number }>;
    /** The first step that `assume` excludes; a search does not cover the session from there on. */
    private readonly excluded: number;

    constructor(
        private readonly policy: Policy,
        { replayed, last }: PlayedScenario
    ) {
        const given = replayed.findIndex((step) => !isGiven(step));
        const first = given < 0 ? replayed.length : given;
        this.steps = replayed.slice(first);
        this.last = last;
        this.begins = replayed[first - 1]?.after ?? { ...(replayed[0]?.before ?? last), time: 0 };
        this.hasClock = this.begins.epoch !== undefined;
        this.ends = new Map(this.steps.flatMap((step, at) => endAt(policy, step, at)));
        this.excluded = this.firstExcluded();
    }

    /** The step that breaks the claim or completes its steps; undefined if there is none. */
    shows(question: Question): DecidingStep | undefined {
        switch (question.goal) {
            case 'recovery':
                // One session cannot show a dead end, which depends on all sessions.
                return undefined;
            case 'work':
                return this.done(question);
            case 'state':
                return this.brokenState(question);
            case 'release':
            case 'decision':
                return this.brokenStep(question);
        }
    }

    /**
     * The tools of calls that succeeded without a given result, although the result determines their success. A release
     * or a decision is judged before its own call has a result.
     */
    openResultsBehind({ at }: DecidingStep, { goal }: Question): ReadonlySet<number> {
        const isBeforeResult = goal === 'release' || goal === 'decision';
        return new Set(this.steps.slice(0, isBeforeResult ? at : at + 1).flatMap((step) => this.leftOpen(step)));
    }

    /** All events up to that step, with the notes. */
    stepsUntil({ at }: DecidingStep): readonly Step[] {
        return this.steps.slice(0, at + 1);
    }

    /** The same events as places in the history, each call with its end. */
    replayedUntil({ at }: DecidingStep): PlacedStep[] {
        return this.steps.slice(0, at + 1).flatMap((step, index): PlacedStep[] => {
            if (step.kind !== 'note') {
                return [{ step: this.ended(step, at), at: index }];
            }
            const { before, after, input } = step;
            return input?.kind === 'session' ? [{ step: { kind: 'new session', before, after }, at: index }] : [];
        });
    }

    private brokenStep(question: Question): DecidingStep | undefined {
        const judge = new Judge(this.policy, question);
        const at = this.steps.slice(0, this.excluded).findIndex((step) => {
            const submitted = this.submitted(step);
            return (
                submitted !== undefined &&
                judge.isBrokenBy(this.knowing(step.before), {
                    act: { kind: 'submit', ...submitted },
                    after: step.after,
                    submitted
                })
            );
        });
        return at < 0 ? undefined : { at, time: this.steps[at]!.before.time };
    }

    /** Judges the claim after every event, and at every second (M20). Calls that are running then have no known end. */
    private brokenState(question: StateQuestion): DecidingStep | undefined {
        const judge = new Judge(this.policy, question);
        const moments = new Moments(this.policy);
        for (let at = -1; at < Math.min(this.excluded, this.steps.length); at++) {
            const state = at < 0 ? this.begins : this.steps[at]!.after;
            const until = this.steps[at + 1]?.before.time ?? this.last.time;
            moments.add(state.time);
            const isBroken = this.brokenFrom(judge, state);
            const time = moments.between(state, until).find(isBroken);
            if (time !== undefined) {
                return { at, time };
            }
        }
        return undefined;
    }

    /** True if the state in which the session ends breaks the claim. */
    endsBroken(question: StateQuestion): boolean {
        const isBroken = this.brokenFrom(new Judge(this.policy, question), this.last);
        return this.excluded === this.steps.length && isBroken(this.last.time);
    }

    /** Tells whether the state is broken at a second until which nothing else happens. */
    private brokenFrom(judge: Judge, state: SessionState): (time: number) => boolean {
        const memory = memoryKnowing(this.policy, state, () => LOST);
        return (time) =>
            judge.isBrokenIn({
                ...state,
                time,
                settled: memoryAt(this.policy, memory, time),
                unsettled: Unsettled.nothing
            });
    }

    /**
     * Looks for the steps of the `possible`, in order and within one session; each must be known to have succeeded
     * before the next begins (M21).
     */
    private done(question: WorkQuestion): DecidingStep | undefined {
        const places = this.places();
        const starts = places.filter((_, index) => this.completes(question, 0, places[index]!));
        for (const start of starts) {
            let known = start.knownAt;
            let latest = start;
            let done = 1;
            for (const place of places) {
                if (done < question.steps.length && place.at > known && this.completes(question, done, place)) {
                    known = place.knownAt;
                    latest = place;
                    done++;
                }
            }
            const took = latest.event.time - start.event.time;
            const isMeant =
                done === question.steps.length &&
                known < this.excluded &&
                (question.window === undefined || took <= question.window) &&
                this.isOneSession(start.at, known, question.withoutApproval);
            if (isMeant) {
                return { at: known, time: latest.event.time };
            }
        }
        return undefined;
    }

    private completes(question: WorkQuestion, step: number, { event, memory }: KnownPlace): boolean {
        const caller = event.outside === undefined ? event.call.agent : 0;
        return mustBe(matchesEvent(this.policy, question.steps[step]!, event, caller, memory));
    }

    private places(): KnownPlace[] {
        return this.steps.flatMap((step, at): KnownPlace[] => {
            if (step.kind === 'note' || !step.event) {
                return [];
            }
            const { event } = this.ended(step, Infinity);
            const isRunning = step.event.outside === undefined && isOpen(step.event);
            const knownAt = isRunning ? (this.ends.get(step.event.id)?.at ?? Infinity) : at;
            return event ? [{ at, knownAt, event, memory: this.knowing(step.before).settled }] : [];
        });
    }

    private isOneSession(from: number, to: number, withoutApproval: boolean): boolean {
        const isNew = (step: Step): boolean =>
            step.kind === 'new session' || (step.kind === 'note' && step.input?.kind === 'session');
        const began = this.steps.slice(0, from).map(isNew).lastIndexOf(true) + 1;
        return !this.steps
            .slice(began, to + 1)
            .some((step) => isNew(step) || (withoutApproval && step.kind === 'approve'));
    }

    private submitted(step: Step): Submission | undefined {
        if ((step.kind !== 'call' && step.kind !== 'release') || !step.decision) {
            return undefined;
        }
        const { before, decision, readings = [] } = step;
        const call = completeCall(this.policy, step.call);
        const held = findHeld(before, call);
        return {
            call,
            decision,
            approvals: servingApprovals(this.policy, before, call, held, before.time),
            readings: readableReadings(this.policy, readings),
            wasHeld: held !== undefined
        };
    }

    /** The state with the eventual ends of the calls that are still running in it. */
    private knowing(state: SessionState): SessionState {
        return knowingEnds(this.policy, state, (id) => this.ends.get(id)?.answer ?? LOST);
    }

    /**
     * The event with its end.
     * @param until the step after which ends are unknown
     */
    private ended(step: ReplayedStep, until: number): ReplayedStep {
        const { event } = step;
        if (!event || event.outside !== undefined || !isOpen(event)) {
            return step;
        }
        const end = this.ends.get(event.id);
        const place = withAnswer(this.policy, event, end?.answer ?? LOST);
        const isRunning = end === undefined || end.at > until;
        return { ...(step as ReplayedCall), event: isRunning ? { ...place, ranThen: true } : place };
    }

    private leftOpen(step: Step): number[] {
        const event = step.kind === 'note' ? undefined : this.ended(step, Infinity).event;
        return event &&
            event.outside === undefined &&
            event.confirmed &&
            !event.result &&
            this.hasSuccess(event.call.tool)
            ? [event.call.tool]
            : [];
    }

    private hasSuccess(tool: number): boolean {
        return this.policy.tools[tool]!.succeeds !== undefined;
    }

    private firstExcluded(): number {
        if ((this.policy.assumptions ?? []).length === 0) {
            return this.steps.length;
        }
        const assumed = new Assumed(this.policy);
        const at = this.steps.findIndex((step) => !this.isAssumed(assumed, step));
        return at < 0 ? this.steps.length : at;
    }

    private isAssumed(assumed: Assumed, step: Step): boolean {
        const submitted = this.submitted(step);
        if (submitted) {
            const situation = situationIn(this.knowing(step.before), submitted);
            const { event } = this.ended(step as ReplayedCall, Infinity) as ReplayedCall;
            return (
                assumed.calls(situation) &&
                assumed.says(situation) &&
                assumed.returns({ ...situation, result: event?.result })
            );
        }
        if (step.kind === 'approve') {
            return assumed.approves(step.human!, situationIn(this.knowing(step.before), { call: step.call }));
        }
        return step.kind !== 'event' || this.happens(assumed, step.event, step.before);
    }

    private happens(
        assumed: Assumed,
        { outside, args = {}, readings }: OutsideOccurrence,
        before: SessionState
    ): boolean {
        const call = { agent: 0, tool: -1, args };
        const situation = situationIn(this.knowing(before), { call, readings });
        return assumed.happens(outside, situation) && assumed.says(situation);
    }
}

interface KnownPlace {
    readonly at: number;
    /** The step after which its end is known; infinity if it never is. */
    readonly knownAt: number;
    readonly event: HistoryEvent;
    /** The history before the event. */
    readonly memory: Memory;
}

/** The seconds at which a condition may change although nothing happens. */
class Moments {
    private readonly windows: readonly number[];
    /** The durations of modes. */
    private readonly lasting: readonly number[];
    private readonly clock: ClockChanges | undefined;
    private readonly times = new Set<number>();

    constructor(policy: Policy) {
        const { monitors, recorders = [], machines = [] } = policy;
        const modes = machines.flatMap((machine) => machine.modes);
        this.lasting = [...new Set(modes.flatMap(({ lasts }) => (lasts ? [lasts.seconds] : [])))];
        const windows = [...monitors, ...recorders].flatMap(({ window }) => (window === undefined ? [] : [window]));
        this.windows = [...new Set(windows)];
        const read = { clock: clockConditionsOf(policy), periods: periodsOf(policy) };
        const clock = ClockChanges.of(policy, read);
        this.clock = clock.isRead ? clock : undefined;
    }

    /** Notes that an event happens at this second. */
    add(time: number): void {
        this.times.add(time);
    }

    /** The noted times in order, including both ends. */
    between({ time: from, epoch }: SessionState, to: number): number[] {
        // A mode whose time ends is left; windows and other modes count from that event.
        let events = [...this.times];
        for (const _ of this.lasting) {
            events = [...new Set([...events, ...over(events, this.lasting)])];
        }
        const all = [...events, ...over(events, this.windows), ...this.clockBetween(from, to, epoch)];
        return [...new Set([from, ...all.filter((time) => time > from && time < to), to])].sort((a, b) => a - b);
    }

    private clockBetween(from: number, to: number, epoch: number | undefined): number[] {
        const found: number[] = [];
        let next = epoch === undefined ? [] : (this.clock?.after(epoch + from) ?? []);
        while (next.length > 0 && found.length < MOST_INSTANTS && next[0]! - epoch! < to) {
            found.push(...next.map((instant) => instant - epoch!));
            next = this.clock!.after(next.at(-1)!);
        }
        return found;
    }
}

/** The maximum number of clock changes that are examined in one wait: those of some years. */
const MOST_INSTANTS = 5_000;

/** The first second after each of these durations, counted from each of the times. */
function over(times: readonly number[], spans: readonly number[]): number[] {
    return times.flatMap((time) => spans.map((span) => time + span + 1));
}

function endAt(policy: Policy, step: Step, at: number): [number, { readonly answer: Answer; readonly at: number }][] {
    if (step.kind !== 'note' || step.input?.kind !== 'end') {
        return [];
    }
    const { outcome, result, confirmed } = step.input;
    const answer = {
        outcome,
        ...(result && { result }),
        ...(confirmed && { confirmed }),
        ...readingsIn(policy, step.input)
    };
    const ended = step.before.running.items.filter(({ id }) => !step.after.running.has(id));
    return ended.map(({ id }) => [id, { answer, at }]);
}

/** True for steps that give a session its clock and its values before it begins. */
function isGiven(step: Step): boolean {
    return step.kind === 'note' && (step.input?.kind === 'clock' || step.input?.kind === 'session');
}
