/**
 * The transition system that is searched for a claim: the rules, hijacked agents, humans who may approve or refuse,
 * calls that may end in every way, and events from outside. A goal is what breaks the claim (a release, a decision, a
 * state), or the last step of a `possible`.
 */
import type { GivenApproval } from '../model/evaluate.js';
import { evaluate } from '../model/evaluate.js';
import { initialMemory } from '../model/monitors.js';
import type { Arguments, Condition } from '../model/policy.js';
import type { Decision, Memory } from '../model/session.js';
import { and, mayBe, mustBe, UNKNOWN } from '../model/truth.js';
import type { Action } from './actions.js';
import { Answers, approvalWays } from './approvals.js';
import type { ExploredState, Hold } from './codec.js';
import { StateCodec } from './codec.js';
import type { Act } from './acts.js';
import { ActOrder } from './acts.js';
import { Assumed } from './assumed.js';
import type { End } from './ends.js';
import { phaseIn } from './environment/chosen.js';
import type { Edge, TransitionSystem } from './explore.js';
import type { Happening } from './happenings.js';
import { happeningsOf } from './happenings.js';
import { Obstacles } from './obstacles.js';
import { decideAction } from './principals.js';
import { refusalsOf } from './refusals.js';
import { ALWAYS, eventCall, forAnyKey, mayBeTrue, NO_CALL, situationOf } from './situations.js';
import { Scopes } from './scopes.js';
import type { Slice } from './slice.js';
import { seesHolds } from './slice.js';
import type { Question } from './splits.js';
import { asking, NOTHING, ofAges, questionOf, Splits } from './splits.js';
import type { SplitState, TakeStep, TimedActs } from './successors.js';
import { startAnew, Successors } from './successors.js';
import { Summing } from './sums/summing.js';
import { NOW, Timing } from './timing.js';
import { isTriggered, triggerOf } from './triggers.js';
import { Work } from './work.js';
import type { Zone } from './zone.js';

type Emit = (edge: Edge<TimedActs>) => void;

/** Something that can happen: an event from outside, a call that is submitted, a call that the inventory refuses. */
export interface SystemMove {
    /** The ages and sums that it reads. */
    readonly asked: Question;
    /** Of a call that is submitted, the number of its action. */
    readonly action?: number;
    readonly take: (state: SplitState, take: TakeStep) => void;
}

/** Calls held at one time, where some condition can see that a call is held. */
export const MAX_VISIBLE_HOLDS = 2;

export class PolicySystem implements TransitionSystem<TimedActs> {
    readonly width: number;
    /** Empty when nothing was cut. */
    readonly scopes = new Scopes();
    /** `after F` was true or unknown in some reachable state. */
    triggered = false;
    /** A call that the claim judges was released; of a `decided` claim, one was decided. */
    judged = false;
    /** For `possible`: the most steps done in any reachable state. */
    furthest = 0;
    /** The monitors of the slice that were true in some reachable state. */
    readonly trueMonitors = new Set<number>();
    readonly obstacles = new Obstacles();
    /** All that can happen in a state without held calls, in the order in which it is tried. */
    readonly moves: readonly SystemMove[];

    protected readonly codec: StateCodec;
    private readonly holdsAreVisible: boolean;
    protected readonly answers: Answers;
    private readonly assumed: Assumed;
    protected readonly timing: Timing;
    private readonly summing: Summing;
    /** What an `always` claims, over the monitors of the search. */
    readonly always: Condition;
    private readonly askedAlways: Question;
    readonly trigger: Condition | undefined;
    private readonly work: Work;
    private readonly successors: Successors;

    constructor(
        protected readonly slice: Slice,
        private readonly actions: readonly Action[],
        /** Told of each call that is decided without approvals, and of the history before it. */
        private readonly onDecided?: (action: Action, memory: Memory) => void
    ) {
        const { ground: policy, claim } = slice;
        this.holdsAreVisible = seesHolds(slice);
        this.answers = new Answers(policy);
        this.assumed = new Assumed(policy, (condition, { call }) =>
            call === NO_CALL
                ? forAnyKey(slice, condition)
                : slice.grounding.resolve(condition, call, () => ({ op: 'constant', value: UNKNOWN }))
        );
        this.timing = new Timing(slice);
        this.summing = new Summing(slice);
        this.always = forAnyKey(slice, claim.kind === 'always' ? claim.condition : ALWAYS);
        this.askedAlways = asking(this.timing, this.summing, [this.always]);
        this.trigger = triggerOf(slice);
        this.work = new Work(slice, this.timing);
        this.moves = this.movesOf(slice);
        this.codec = new StateCodec(slice, {
            actions: actions.length,
            approvalRules: this.holdsAreVisible ? this.answers.rules.length : 0,
            answers: this.holdsAreVisible ? this.answers.all.length : 0,
            maxHolds: this.holdsAreVisible ? MAX_VISIBLE_HOLDS : 0,
            maxProgress: claim.kind === 'possible' ? claim.steps.length : 0
        });
        this.width = this.codec.width;
        const order = new ActOrder(policy, actions);
        this.successors = new Successors(slice, this.codec, this.timing, this.summing, order, this.scopes);
    }

    /** A state may break an `always`; of all other claims a step is judged. */
    get stepsToGoal(): 0 | 1 {
        return this.slice.claim.kind === 'always' ? 0 : 1;
    }

    /** Both held calls and windows of time, or sums, are in sight of conditions: they are not explored together. */
    get isBeyond(): boolean {
        return (this.timing.isTimed || !this.summing.isEmpty) && this.holdsAreVisible;
    }

    /** Some condition sees that calls are held. */
    get seesHolds(): boolean {
        return this.holdsAreVisible;
    }

    private movesOf(slice: Slice): SystemMove[] {
        return [
            ...happeningsOf(slice).map((happening): SystemMove => ({
                asked: ofAges(this.work.asked([happening])),
                take: (state, take) => this.happen(at(happening.args, state), happening, take)
            })),
            ...this.actions.map((action, index): SystemMove => ({
                asked: questionOf(
                    this.timing,
                    this.summing,
                    action,
                    this.work.asked([...action.ends, ...action.endsAfterHold])
                ),
                action: index,
                take: (state, take) => this.submit(at(action.call.args, state), action, index, take)
            })),
            ...refusalsOf(slice).map(({ act, args, effect }): SystemMove => ({
                asked: NOTHING,
                take: (state, take) => take({ state: at(args, state), effect, acts: [act], goal: false })
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

    /** What a packed state stands for. */
    stateOf(words: Uint32Array): ExploredState {
        return this.codec.decode(words);
    }

    edges(words: Uint32Array, zone: Zone | undefined, emit: Emit): void {
        const take: TakeStep = (step) => {
            const edge = this.successors.edgeOf(step);
            if (edge) {
                emit(edge);
            }
        };
        const decoded = this.codec.decode(words);
        this.observe(decoded);
        const splits = new Splits(this.timing, this.summing, decoded, zone);
        if (this.slice.claim.kind === 'always') {
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
        for (const { asked, action, take: takeFrom } of this.moves) {
            if (action === undefined || !decoded.holds.some((hold) => hold.action === action)) {
                splits.of(asked).forEach((state) => takeFrom(state, take));
            }
        }
        for (const hold of decoded.holds) {
            for (const state of splits.of(NOTHING)) {
                this.goOnWith(hold, { ...state, holds: decoded.holds.filter((other) => other !== hold) }, take);
            }
        }
    }

    private happen(state: SplitState, happening: Happening, take: TakeStep): void {
        const { act, delegation, effect, completes } = happening;
        const isOpen = delegation === undefined || state.memory.delegated![delegation];
        if (isOpen && this.canHappen(happening, state.memory)) {
            this.work.after(state, effect, completes, [act]).forEach(take);
        }
    }

    /** A call is submitted, and what may come of it. */
    submit(state: SplitState, action: Action, index: number, take: TakeStep): void {
        if (!this.assumed.calls(situationOf(action.call, state.memory))) {
            return;
        }
        const decision = this.decide(action, state.memory, []);
        const submitted: Act = { kind: 'submit', ...action.made, decision };
        this.obstacles.note(state.progress, action, decision);
        this.onDecided?.(action, state.memory);
        if (this.breaksDecided(state, action, decision)) {
            const judged: Act = decision.kind === 'allowed' ? { ...submitted, outcome: 'success' } : submitted;
            take({ state, acts: [judged], goal: true });
        }
        if (decision.kind === 'allowed') {
            this.release(state, action, [], [], decision, action.ends, take);
        } else if (decision.kind === 'denied') {
            take({ state, effect: action.denied, acts: [submitted], goal: false });
        } else if (this.holdsAreVisible) {
            this.hold(state, action, index, decision, take);
        } else if (!this.withoutApproval()) {
            this.approveAtOnce(state, action, decision, take);
        }
    }

    /** Where nothing sees that a call is held it is approved and released in the state in which it was held. */
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
            this.release(state, action, way.approvals, acts, way.decision, action.endsAfterHold, take);
        }
    }

    private hold(state: SplitState, action: Action, index: number, decision: Decision, take: TakeStep): void {
        this.scopes.note('held calls and approvals do not lapse, and one call of each kind is held at a time');
        if (state.holds.length >= MAX_VISIBLE_HOLDS) {
            this.scopes.add(`at most ${MAX_VISIBLE_HOLDS} calls are held at a time`);
            return;
        }
        const hold: Hold = {
            action: index,
            asked: this.answers.ruleBits(decision.rules),
            answered: 0,
            view: state.memory
        };
        const acts: Act[] = [{ kind: 'submit', ...action.made, decision }];
        take({ state, effect: action.held, acts, own: hold, goal: false });
    }

    /** A held call, where holds are visible: it is approved, refused, or submitted again. */
    private goOnWith(hold: Hold, others: SplitState, take: TakeStep): void {
        const action = this.actions[hold.action]!;
        const { call, made } = action;
        const asked = this.answers.rulesOf(hold.asked);
        for (const human of this.withoutApproval() ? [] : this.answers.humans(asked)) {
            const answered = hold.answered | this.answers.answerBits(this.answers.by(human, asked));
            const effects = action.answers?.[human];
            if (this.assumed.approves(human, situationOf(call, others.memory))) {
                const own = { ...hold, answered };
                const acts: Act[] = [{ kind: 'approve', call: made.call, human }];
                take({ state: others, effect: effects?.approved, acts, own, goal: false });
            }
            take({
                state: others,
                effect: effects?.refused,
                acts: [{ kind: 'refuse', call: made.call, human }],
                goal: false
            });
        }
        const approvals = this.answers.answersOf(hold.answered);
        const decision = this.decide(action, hold.view, approvals);
        const submitted: Act = { kind: 'submit', ...made, decision };
        if (decision.kind === 'allowed') {
            this.release(others, action, approvals, [], decision, action.endsAfterHold, take);
        } else if (decision.kind === 'denied') {
            take({ state: others, effect: action.deniedAfterHold, acts: [submitted], goal: false });
        } else if ((this.answers.ruleBits(decision.rules) & ~hold.asked) !== 0) {
            const changed = { ...hold, asked: hold.asked | this.answers.ruleBits(decision.rules) };
            take({ state: others, acts: [submitted], own: changed, goal: false });
        }
    }

    /** The release of a call, in each way in which it may end. The claim judges it over the history before it (M20). */
    protected release(
        state: SplitState,
        action: Action,
        approvals: readonly GivenApproval[],
        before: readonly Act[],
        decision: Decision,
        ends: readonly End[],
        take: TakeStep
    ): void {
        const judges = this.slice.claim.kind !== 'decided' && mayBe(action.subject);
        this.judged ||= judges;
        const situation = { call: action.call, memory: state.memory, time: NOW, approvals };
        const broken = judges && mayBe(evaluate(this.slice.ground, action.condition, situation));
        const approvers = [...new Set(approvals.map(({ human }) => human))];
        const known = approvers.length > 0 ? (action.endsApproved?.(approvers) ?? ends) : ends;
        for (const end of known) {
            if (!this.canEnd(end, state.memory)) {
                continue;
            }
            const { outcome, result } = end;
            const acts: Act[] = [
                ...before,
                { kind: 'submit', ...action.made, decision, outcome, ...(result && { result }) }
            ];
            if (this.slice.claim.kind === 'stays possible' && mustBe(action.subject)) {
                // What must stay possible is not the end of the session.
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
        const { claim, ground: policy } = this.slice;
        const situation = situationOf({ ...NO_CALL, args }, state.memory);
        return claim.kind === 'always' && !mustBe(evaluate(policy, this.always, situation));
    }

    /** M20: with no approval outstanding. `is allowed when C` needs C for certain, the others all but a false one (M3). */
    private breaksDecided(state: SplitState, action: Action, decision: Decision): boolean {
        const { claim, ground: policy } = this.slice;
        if (claim.kind !== 'decided' || state.holds.some((hold) => hold.answered !== 0)) {
            return false;
        }
        const situation = { call: action.call, memory: state.memory, time: NOW, approvals: [] };
        const asked = and(action.subject, evaluate(policy, action.condition, situation));
        const counts = claim.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
        this.judged ||= counts;
        return counts && decision.kind !== claim.decision;
    }

    private canHappen({ act, args }: Happening, memory: Memory): boolean {
        return act.kind !== 'happen' || this.assumed.happens(act.event, situationOf(eventCall(args), memory));
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
        return this.slice.claim.kind === 'possible' && this.slice.claim.withoutApproval;
    }
}

/** The state at what the clock shows where something happens with these arguments. */
function at(args: Arguments | undefined, state: SplitState): SplitState {
    const phase = phaseIn(args);
    return phase === undefined ? state : { ...state, phase };
}
