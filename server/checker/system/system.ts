/**
 * The transition system that is searched for a claim: the rules, hijacked agents, humans who may approve or refuse,
 * calls with every possible end, and outside events. A goal is a step or state that breaks the claim (a release, a
 * decision, a state), or the last step of a `possible`.
 */
import { agentsJudged, stepsOf } from '../questions/parts.js';
import type { GivenApproval } from '../../model/conditions/inputs.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import { initialMemory } from '../../model/events/effects.js';
import type { Arguments, Condition } from '../../model/policy/policy.js';
import type { Decision, Memory } from '../../model/session/session.js';
import { and, mayBe, mustBe, UNKNOWN } from '../../model/policy/truth.js';
import { type Action, withReadings } from './actions.js';
import { Answers, approvalWays } from './approvals.js';
import { type ExploredState, StateCodec } from './codec.js';
import type { Act } from '../traces/steps.js';
import { ActOrder } from './step-order.js';
import { Assumed } from './assumptions.js';
import type { End } from './ends.js';
import { phaseIn } from '../reductions/environment/chosen.js';
import type { Edge, ExploreOptions, TransitionSystem } from '../search/breadth-first.js';
import { costsOf } from './costs.js';
import { type ExternalEvent, externalEventsOf, outsideOf } from './external-events.js';
import type { SystemParts, Release } from './held-calls-tracked.js';
import { type HoldScope, fewHolds, Holding } from './held-calls.js';
import { BlockingRules } from './obstacles.js';
import { decideAction } from './principals.js';
import { refusalsOf } from './refusals-by-inventory.js';
import { ALWAYS, eventCall, forAnyKey, mayBeTrue, NO_CALL, situationOf } from './situations.js';
import { afterwards } from '../limits/budget.js';
import { Scopes } from '../limits/scopes.js';
import { type KnownState, SuccessorCache, planKey } from './successor-cache.js';
import type { Slice } from '../reductions/slice.js';
import { type Question, asking, NOTHING, ofAges, questionOf, ZoneSplits } from './zone-split.js';
import {
    type CachedStep,
    type SplitState,
    type TakeStep,
    type TimedActs,
    startAnew,
    Successors
} from './successors.js';
import { Summing } from './summing.js';
import { NOW, Timing } from './timing.js';
import { isTriggered, triggerOf } from './triggers.js';
import { Work } from './work.js';
import type { Zone } from '../search/zone.js';

type Emit = (edge: Edge<TimedActs>) => void;

/** A possible event: an outside event, a call that is submitted, or a call that the inventory refuses. */
export interface SystemMove {
    /** The ages and sums that the event reads. */
    readonly asked: Question;
    /** The number of the action, for a submitted call. */
    readonly action?: number;
    readonly take: (state: SplitState, take: TakeStep) => void;
}

export class PolicySystem implements TransitionSystem<TimedActs> {
    readonly width: number;
    /** The bounds that left something out. */
    readonly scopes = new Scopes();
    /** True if `after F` was true or unknown in some reachable state. */
    triggered = false;
    /** True if a call that the claim judges was released; for a `decided` claim, if a call was decided. */
    judged = false;
    /** For `possible`, the largest number of steps completed in any reachable state. */
    furthest = 0;
    /** The monitors of the slice that were true in some reachable state. */
    readonly trueMonitors = new Set<number>();
    readonly obstacles = new BlockingRules();
    private found: readonly SystemMove[] | undefined;

    protected readonly codec: StateCodec;
    protected readonly answers: Answers;
    private readonly holding: Holding;
    private readonly assumed: Assumed;
    protected readonly timing: Timing;
    private readonly summing: Summing;
    /** The condition of an `always`, over the monitors of the search. */
    readonly always: Condition;
    private readonly askedAlways: Question;
    readonly trigger: Condition | undefined;
    private readonly work: Work;
    private readonly successors: Successors;
    private readonly planned: SuccessorCache;
    private readonly questions = new Map<Action, Question>();
    /** The decisions reported to `onDecided` since the last plan was started. */
    private decided: (readonly [Action, Memory])[] = [];

    constructor(
        protected readonly slice: Slice,
        private readonly actions: readonly Action[],
        private readonly holds: HoldScope = fewHolds(),
        /** Called for each call that is decided without approvals, with the history before it. */
        private readonly onDecided?: (action: Action, memory: Memory) => void
    ) {
        const { ground: policy, question } = slice;
        this.answers = new Answers(policy);
        this.assumed = new Assumed(policy, (condition, { call }) =>
            call === NO_CALL
                ? forAnyKey(slice, condition)
                : slice.grounding.resolve(condition, call, () => ({ op: 'constant', value: UNKNOWN }))
        );
        const deciding: SystemParts = {
            assumed: this.assumed,
            withoutApproval: this.withoutApproval(),
            decide: (action, memory, approvals) => this.decide(action, memory, approvals),
            release: (released, take) => this.release(released, take)
        };
        this.holding = new Holding(slice, actions, this.answers, holds, deciding, this.scopes);
        this.timing = new Timing(slice, this.holding.times);
        this.summing = new Summing(slice);
        this.always = forAnyKey(slice, question.goal === 'state' ? question.condition : ALWAYS);
        this.askedAlways = asking(this.timing, this.summing, [this.always]);
        this.trigger = triggerOf(slice);
        this.work = new Work(slice, this.timing);
        this.codec = new StateCodec(slice, {
            actions: actions.length,
            maxProgress: stepsOf(question).length,
            ...this.holding.sizes
        });
        this.width = this.codec.width;
        this.planned = new SuccessorCache(this.codec);
        const order = new ActOrder(policy, actions);
        this.successors = new Successors(
            slice,
            this.codec,
            this.timing,
            this.summing,
            order,
            this.holding.own,
            this.scopes
        );
    }

    /** All possible moves in a state without held calls, in the order in which they are tried. Throws `Undecidable`. */
    get moves(): readonly SystemMove[] {
        return (this.found ??= this.movesOf(this.slice));
    }

    /** An `always` is judged in states; all other claims are judged at steps. */
    get stepsToGoal(): 0 | 1 {
        return this.slice.question.goal === 'state' ? 0 : 1;
    }

    /** The features of time and sums that cannot be explored together with visible held calls, as a noun phrase. */
    get beyondHolds(): string | undefined {
        return this.holding.beyond(this.timing, !this.summing.isEmpty);
    }

    /** True if some sessions are left out: those with more values of a key, or with more held calls. */
    get isOfScope(): boolean {
        const { isKeyed, scope } = this.slice.grounding;
        const areValuesLeft = isKeyed && !scope.others;
        return areValuesLeft || (this.seesHolds && !this.holds.others) || this.scopes.size > 0;
    }

    /** True if some condition sees that calls are held. */
    get seesHolds(): boolean {
        return this.holding.isVisible;
    }

    private movesOf(slice: Slice): SystemMove[] {
        return [
            ...externalEventsOf(slice).map((happening): SystemMove => ({
                asked: ofAges(this.work.asked([happening])),
                take: (state, take) => this.happen(at(happening.args, state), happening, take)
            })),
            ...this.actions.map((action, index): SystemMove => ({
                asked: this.askedOf(action),
                action: index,
                take: (state, take) => this.submit(at(action.call.args, state), action, index, take)
            })),
            ...refusalsOf(slice).map(({ act, call, effect }): SystemMove => ({
                asked: NOTHING,
                take: (state, take) => {
                    if (this.assumed.calls(situationOf(call, state.memory))) {
                        take({ state: at(call.args, state), effect, acts: [act], goal: false });
                    }
                }
            })),
            ...(slice.outlivesSessions ? [{ asked: NOTHING, take: startAnew(slice.ground) }] : [])
        ];
    }

    initial(): { state: Uint32Array; zone: Zone | undefined } {
        const memory = initialMemory(this.slice.ground);
        return {
            state: this.codec.encode({ memory, progress: 0, holds: [] }),
            zone: this.summing.withSums(this.timing.initialZone(memory), this.summing.initial())
        };
    }

    /** The contents of a packed state. */
    stateOf(words: Uint32Array): ExploredState {
        return this.codec.decode(words);
    }

    /** The reverse of `stateOf`. */
    packed(state: ExploredState): Uint32Array {
        return this.codec.encode(state);
    }

    /** The options with which a search of this system that meets a limit reports what its states differ in. */
    measuring(options: ExploreOptions): ExploreOptions {
        const { onCosts } = options;
        if (!onCosts) {
            return options;
        }
        const { slice, timing, summing } = this;
        const measured = { slice, timing, summing, stateOf: (words: Uint32Array) => this.stateOf(words) };
        return { ...options, onLimit: (states) => onCosts(afterwards(() => costsOf(measured, states))) };
    }

    edges(words: Uint32Array, zone: Zone | undefined, emit: Emit): void {
        const take: TakeStep = (step) => {
            const edge = this.successors.edgeOf(step);
            if (edge) {
                emit(edge);
            }
        };
        const known = this.planned.of(words, zone, (state) => this.observe(state));
        const { state: decoded } = known;
        const splits = new ZoneSplits(this.timing, this.summing, decoded, zone, known.parts);
        if (this.slice.question.goal === 'state') {
            const broken = splits
                .of(this.askedAlways)
                .flatMap((state) =>
                    this.slice.moments.filter((args) => this.breaksAlways(state, args)).map((args) => at(args, state))
                );
            broken.forEach((state) => take({ state, acts: [], goal: true }));
            if (broken.length > 0) {
                return;
            }
        }
        this.moves.forEach((move, index) => {
            for (const state of this.holding.statesFor(move.asked, move.action, decoded, splits, this.timing)) {
                for (const step of this.plan(index, state, known)) {
                    emit(this.successors.edgeAt(step, state));
                }
            }
        });
        this.holding.goOn(decoded, splits, this.timing, (action) => this.askedOf(action), take);
    }

    /** The steps of a move from a part of a state. If something is cut they are not cached, because each cut counts. */
    private plan(index: number, state: SplitState, of: KnownState): readonly CachedStep[] {
        const key = planKey(index, state);
        const known = of.moves.get(key);
        if (known) {
            known.decided.forEach(([action, memory]) => this.onDecided?.(action, memory));
            return known.steps;
        }
        const { cuts } = this.scopes;
        const steps: CachedStep[] = [];
        this.decided = [];
        this.moves[index]!.take(state, (step) => {
            const planned = this.successors.planOf(step);
            if (planned) {
                steps.push(planned);
            }
        });
        if (this.scopes.cuts === cuts) {
            this.planned.keep(of, key, { steps, decided: this.decided });
        }
        return steps;
    }

    /** The ages and sums that a call reads of a state; they are the same for all states. */
    private askedOf(action: Action): Question {
        let question = this.questions.get(action);
        if (!question) {
            const ends = [...action.ends, ...action.endsAfterHold];
            question = questionOf(this.timing, this.summing, action, this.work.asked(ends));
            this.questions.set(action, question);
        }
        return question;
    }

    private happen(state: SplitState, happening: ExternalEvent, take: TakeStep): void {
        const { act, delegation, effect, completes } = happening;
        const isOpen = delegation === undefined || state.memory.delegated![delegation];
        if (isOpen && this.canHappen(happening, state.memory)) {
            this.work.after(state, effect, completes, [act]).forEach(take);
        }
    }

    /** Submits a call and takes its possible consequences. */
    submit(state: SplitState, action: Action, index: number, take: TakeStep): void {
        if (!this.assumed.calls(situationOf(action.call, state.memory))) {
            return;
        }
        const decision = this.decide(action, state.memory, []);
        const submitted: Act = { kind: 'submit', ...action.made, decision };
        this.obstacles.note(state.progress, action, decision);
        if (this.onDecided) {
            this.decided.push([action, state.memory]);
            this.onDecided(action, state.memory);
        }
        if (this.breaksDecided(state, action, decision)) {
            const judged: Act = decision.kind === 'allowed' ? { ...submitted, outcome: 'success' } : submitted;
            take({ state, acts: [judged], goal: true });
        }
        if (decision.kind === 'allowed') {
            this.release({ state, action, approvals: [], before: [], decision, ends: action.ends }, take);
        } else if (decision.kind === 'denied') {
            take({ state, effect: action.denied, acts: [submitted], goal: false });
        } else if (this.seesHolds) {
            this.holding.hold(state, index, decision, take);
        } else if (!this.withoutApproval()) {
            this.approveAtOnce(state, action, decision, take);
        }
    }

    /** If nothing sees that a call is held, it is approved and released in the state in which it was held. */
    private approveAtOnce(state: SplitState, action: Action, first: Decision, take: TakeStep): void {
        const { call, made } = action;
        const ways = approvalWays(
            first,
            this.answers,
            (human) => this.assumed.approves(human, situationOf(call, state.memory)),
            (approvals) => this.decide(action, state.memory, approvals)
        );
        for (const way of ways) {
            const acts = way.acts.map((act): Act =>
                'held' in act
                    ? { kind: 'submit', ...made, decision: act.held }
                    : { kind: 'approve', call: made.call, human: act.human }
            );
            const { approvals, decision } = way;
            this.release({ state, action, approvals, before: acts, decision, ends: action.endsAfterHold }, take);
        }
    }

    /** Releases a call, with each possible end. The claim judges it over the history before it (M20). */
    protected release({ state, action, approvals, before, decision, ends, isUnjudged }: Release, take: TakeStep): void {
        const judges = this.slice.question.goal !== 'decision' && mayBe(action.subject);
        this.judged ||= judges;
        const situation = { call: action.call, memory: state.memory, time: NOW, approvals };
        const broken = judges && !isUnjudged && mayBe(evaluate(this.slice.ground, action.condition, situation));
        const approvers = [...new Set(approvals.map(({ human }) => human))];
        const known = approvers.length > 0 ? (action.endsApproved?.(approvers) ?? ends) : ends;
        for (const end of known) {
            if (!this.canEnd(end, state.memory)) {
                continue;
            }
            const { outcome, result } = end;
            const made = withReadings(action.made, end.readings);
            const acts: Act[] = [...before, { kind: 'submit', ...made, decision, outcome, ...(result && { result }) }];
            if (this.slice.question.goal === 'recovery' && mustBe(action.subject)) {
                // For `stays possible`, the goal does not end the session.
                take({ state, acts, goal: true });
            }
            if (broken) {
                take({ state, acts, goal: true });
            } else {
                const isWithheld = end.withheld && mayBe(evaluate(this.slice.ground, end.withheld.when, situation));
                const effect = isWithheld ? end.withheld.effect : end.effect;
                this.work.after(state, effect, end.completes, acts).forEach(take);
            }
        }
    }

    private canEnd({ assumedOf, result = {} }: End, memory: Memory): boolean {
        return !assumedOf || this.assumed.returns({ ...situationOf(assumedOf, memory), result });
    }

    private breaksAlways(state: SplitState, args: Arguments): boolean {
        const { question, ground: policy } = this.slice;
        return (
            question.goal === 'state' &&
            agentsJudged(policy, question).some((agent) => {
                const situation = situationOf({ ...NO_CALL, agent, args }, state.memory);
                return !mustBe(evaluate(policy, this.always, situation));
            })
        );
    }

    /**
     * The decision is judged without outstanding approvals (M20). `is allowed when C` requires C to be certainly true;
     * the others only require C not to be certainly false (M3).
     */
    private breaksDecided(state: SplitState, action: Action, decision: Decision): boolean {
        const { question, ground: policy } = this.slice;
        if (question.goal !== 'decision' || this.holding.isAnswered(state)) {
            return false;
        }
        const situation = { call: action.call, memory: state.memory, time: NOW, approvals: [] };
        const asked = and(action.subject, evaluate(policy, action.condition, situation));
        const counts = question.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
        this.judged ||= counts;
        return counts && decision.kind !== question.decision;
    }

    private canHappen({ act, args }: ExternalEvent, memory: Memory): boolean {
        const event = outsideOf(this.slice.policy, act);
        return event === undefined || this.assumed.happens(event, situationOf(eventCall(args), memory));
    }

    private decide(action: Action, memory: Memory, approvals: readonly GivenApproval[]): Decision {
        return decideAction(this.slice.ground, action, memory, approvals);
    }

    private observe(state: ExploredState): void {
        const { ground: policy } = this.slice;
        this.furthest = Math.max(this.furthest, state.progress);
        state.memory.monitors.forEach((cells, index) => {
            if (mayBeTrue(policy.monitors[index]!, cells)) {
                this.trueMonitors.add(index);
            }
        });
        this.triggered ||= this.trigger !== undefined && isTriggered(this.slice, state.memory, this.trigger);
    }

    private withoutApproval(): boolean {
        return this.slice.question.goal === 'work' && this.slice.question.withoutApproval;
    }
}

/** The state at the time on the clock at which something happens with these arguments. */
function at(args: Arguments | undefined, state: SplitState): SplitState {
    const phase = phaseIn(args);
    return phase === undefined ? state : { ...state, phase };
}
