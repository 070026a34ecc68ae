/**
 * The transition system that is searched for a claim: the rules, hijacked agents, humans who may approve or refuse,
 * calls that may end in every way, and events from outside. A goal is what breaks the claim (a release, a decision, a
 * state), or the last step of a `possible`.
 */
import type { GivenApproval } from '../model/evaluate.js';
import { evaluate } from '../model/evaluate.js';
import type { Effect } from '../model/monitors.js';
import { apply, initialMemory } from '../model/monitors.js';
import type { Condition } from '../model/policy.js';
import type { Decision, Memory } from '../model/session.js';
import { and, mayBe, mustBe, UNKNOWN } from '../model/truth.js';
import type { Action, End } from './actions.js';
import { Answers, approvalWays } from './approvals.js';
import { hasTooManyEntries, MAX_ENTRIES } from './clocks.js';
import type { ExploredState, Hold } from './codec.js';
import { StateCodec } from './codec.js';
import type { Act } from './acts.js';
import { ActOrder } from './acts.js';
import { Assumed } from './assumed.js';
import type { Edge, TransitionSystem } from './explore.js';
import type { Happening } from './happenings.js';
import { happeningsOf } from './happenings.js';
import { Obstacles } from './obstacles.js';
import { agesAsked, decideAction } from './principals.js';
import type { Refusal } from './refusals.js';
import { refusalsOf } from './refusals.js';
import { ALWAYS, forAnyKey, mayBeTrue, NO_CALL, sameMemory, situationOf } from './situations.js';
import type { Slice } from './slice.js';
import { seesHolds } from './slice.js';
import type { Move, Part, TimedStep } from './timing.js';
import { NOW, Timing } from './timing.js';
import type { Zone } from './zone.js';

/** What an edge stands for: acts at one time, the ages they rely on, and the times that monitors keep after them. */
export interface TimedActs extends TimedStep {
    readonly acts: readonly Act[];
}

type Emit = (edge: Edge<TimedActs>) => void;

/** A state with every age that its decisions read made young or old. */
type SplitState = ExploredState & {
    readonly part: Part;
    /** The state that is being left. */
    readonly before: ExploredState;
};

/** Calls held at one time, where some condition can see that a call is held. */
export const MAX_VISIBLE_HOLDS = 2;

export class PolicySystem implements TransitionSystem<TimedActs> {
    readonly width: number;
    /** Scopes that narrowed the search, in words; empty when nothing was cut. */
    readonly scopes = new Set<string>();
    /** `after F` was true or unknown in some reachable state. */
    triggered = false;
    /** A call that the claim judges was released; of a `decided` claim, one was decided. */
    judged = false;
    /** For `possible`: the most steps done in any reachable state. */
    furthest = 0;
    /** The monitors of the slice that were true in some reachable state. */
    readonly trueMonitors = new Set<number>();
    readonly obstacles = new Obstacles();

    private readonly codec: StateCodec;
    private readonly holdsAreVisible: boolean;
    private readonly answers: Answers;
    private readonly assumed: Assumed;
    private readonly timing: Timing;
    /** What an `always` claims, over the monitors of the search. */
    private readonly always: Condition;
    /** For each action the ages that its decision, and the claim about it, read. */
    private readonly asked: readonly (readonly number[])[];
    private readonly happenings: readonly Happening[];
    private readonly refusals: readonly Refusal[];
    private readonly order: ActOrder;

    constructor(
        private readonly slice: Slice,
        private readonly actions: readonly Action[]
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
        this.always = forAnyKey(slice, claim.kind === 'always' ? claim.condition : ALWAYS);
        this.asked = actions.map((action) => agesAsked(this.timing, action));
        this.happenings = happeningsOf(slice);
        this.refusals = refusalsOf(slice);
        this.order = new ActOrder(policy, actions);
        this.codec = new StateCodec(slice, {
            actions: actions.length,
            approvalRules: this.holdsAreVisible ? this.answers.rules.length : 0,
            answers: this.holdsAreVisible ? this.answers.all.length : 0,
            maxHolds: this.holdsAreVisible ? MAX_VISIBLE_HOLDS : 0,
            maxProgress: claim.kind === 'possible' ? claim.steps.length : 0
        });
        this.width = this.codec.width;
    }

    /** Both windows of time and held calls are in sight of conditions: their ages are not explored together. */
    get isBeyond(): boolean {
        return this.timing.isTimed && this.holdsAreVisible;
    }

    /** Some condition sees that calls are held. */
    get seesHolds(): boolean {
        return this.holdsAreVisible;
    }

    initial(): { state: Uint32Array; zone: Zone | undefined } {
        const memory = initialMemory(this.slice.ground);
        return {
            state: this.codec.encode({ memory, progress: 0, holds: [] }),
            zone: this.timing.initialZone(memory)
        };
    }

    edges(words: Uint32Array, zone: Zone | undefined, emit: Emit): void {
        const decoded = this.codec.decode(words);
        this.observe(decoded);
        const whole = this.timing.whole(decoded.memory, zone);
        const known = new Map<string, SplitState[]>();
        const split = (asked: readonly number[]): SplitState[] => {
            const key = asked.join();
            let states = known.get(key);
            if (!states) {
                const parts = this.timing.split(whole, asked);
                states = parts.map((part) => ({ ...decoded, memory: part.memory, part, before: decoded }));
                known.set(key, states);
            }
            return states;
        };
        if (this.slice.claim.kind === 'always') {
            const broken = split(this.timing.asked([this.always], 0)).filter((state) => this.breaksAlways(state));
            broken.forEach((state) => emit(this.goal(state, [])));
            if (broken.length > 0) {
                return;
            }
        }
        for (const { act, delegation, effect, completes } of this.happenings) {
            if (delegation === undefined || decoded.memory.delegated![delegation]) {
                split([])
                    .filter(({ memory }) => this.canHappen(act, memory))
                    .forEach((state) => this.goOn(state, effect, completes, [act], emit));
            }
        }
        this.actions.forEach((action, index) => {
            if (!decoded.holds.some((hold) => hold.action === index)) {
                split(this.asked[index]!).forEach((state) => this.submit(state, action, index, emit));
            }
        });
        for (const { act, effect } of this.refusals) {
            split([]).forEach((state) => this.goTo(state, effect, [act], emit));
        }
        for (const hold of decoded.holds) {
            for (const state of split([])) {
                this.goOnWith(hold, { ...state, holds: decoded.holds.filter((other) => other !== hold) }, emit);
            }
        }
    }

    private submit(state: SplitState, action: Action, index: number, emit: Emit): void {
        if (!this.assumed.calls(situationOf(action.call, state.memory))) {
            return;
        }
        const decision = this.decide(action, state.memory, []);
        const submitted: Act = { kind: 'submit', call: action.call, decision };
        this.obstacles.note(state.progress, action, decision);
        if (this.breaksDecided(state, action, decision)) {
            emit(this.goal(state, [decision.kind === 'allowed' ? { ...submitted, outcome: 'success' } : submitted]));
        }
        if (decision.kind === 'allowed') {
            this.release(state, action, [], [], decision, action.ends, emit);
        } else if (decision.kind === 'denied') {
            this.goTo(state, action.denied, [submitted], emit);
        } else if (this.holdsAreVisible) {
            this.hold(state, action, index, decision, emit);
        } else if (!this.withoutApproval()) {
            this.approveAtOnce(state, action, decision, emit);
        }
    }

    /** Where nothing sees that a call is held it is approved and released in the state in which it was held. */
    private approveAtOnce(state: SplitState, action: Action, first: Decision, emit: Emit): void {
        const { call } = action;
        const ways = approvalWays(
            first,
            this.answers,
            (human) => this.assumed.approves(human, situationOf(call, state.memory)),
            (approvals) => this.decide(action, state.memory, approvals)
        );
        for (const way of ways) {
            const acts = way.acts.map((act): Act =>
                'held' in act
                    ? { kind: 'submit', call, decision: act.held }
                    : { kind: 'approve', call, human: act.human }
            );
            this.release(state, action, way.approvals, acts, way.decision, action.endsAfterHold, emit);
        }
    }

    private hold(state: SplitState, action: Action, index: number, decision: Decision, emit: Emit): void {
        this.scopes.add('held calls and approvals do not lapse, and one call of each kind is held at a time');
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
        this.goTo(state, action.held, [{ kind: 'submit', call: action.call, decision }], emit, hold);
    }

    /** A held call, where holds are visible: it is approved, refused, or submitted again. */
    private goOnWith(hold: Hold, others: SplitState, emit: Emit): void {
        const action = this.actions[hold.action]!;
        const { call } = action;
        const asked = this.answers.rulesOf(hold.asked);
        for (const human of this.withoutApproval() ? [] : this.answers.humans(asked)) {
            const answered = hold.answered | this.answers.answerBits(this.answers.by(human, asked));
            const effects = action.answers?.[human];
            if (this.assumed.approves(human, situationOf(call, others.memory))) {
                this.goTo(others, effects?.approved, [{ kind: 'approve', call, human }], emit, { ...hold, answered });
            }
            this.goTo(others, effects?.refused, [{ kind: 'refuse', call, human }], emit);
        }
        const approvals = this.answers.answersOf(hold.answered);
        const decision = this.decide(action, hold.view, approvals);
        const submitted: Act = { kind: 'submit', call, decision };
        if (decision.kind === 'allowed') {
            this.release(others, action, approvals, [], decision, action.endsAfterHold, emit);
        } else if (decision.kind === 'denied') {
            this.goTo(others, action.deniedAfterHold, [submitted], emit);
        } else if ((this.answers.ruleBits(decision.rules) & ~hold.asked) !== 0) {
            const changed = { ...hold, asked: hold.asked | this.answers.ruleBits(decision.rules) };
            this.goTo(others, undefined, [submitted], emit, changed);
        }
    }

    /** The release of a call, in each way in which it may end. The claim judges it over the history before it (M20). */
    private release(
        state: SplitState,
        action: Action,
        approvals: readonly GivenApproval[],
        before: readonly Act[],
        decision: Decision,
        ends: readonly End[],
        emit: Emit
    ): void {
        const judges = this.slice.claim.kind !== 'decided' && mayBe(action.subject);
        this.judged ||= judges;
        const situation = { call: action.call, memory: state.memory, time: NOW, approvals };
        const broken = judges && mayBe(evaluate(this.slice.ground, action.condition, situation));
        const approvers = [...new Set(approvals.map(({ human }) => human))];
        const known = approvers.length > 0 ? (action.endsApproved?.(approvers) ?? ends) : ends;
        for (const end of known) {
            const acts: Act[] = [...before, { kind: 'submit', call: action.call, decision, outcome: end.outcome }];
            if (this.slice.claim.kind === 'stays possible' && mustBe(action.subject)) {
                // What must stay possible is not the end of the session.
                emit(this.goal(state, acts));
            }
            if (broken) {
                emit(this.goal(state, acts));
            } else {
                this.goOn(state, end.effect, end.completes, acts, emit);
            }
        }
    }

    /** An edge that may also be the next step of a `possible`. */
    private goOn(
        state: SplitState,
        effect: Effect,
        completes: readonly boolean[],
        acts: readonly Act[],
        emit: Emit
    ): void {
        const progress = completes[state.progress] ? state.progress + 1 : state.progress;
        if (progress > state.progress && progress === completes.length) {
            emit(this.goal(state, acts));
        } else {
            this.goTo({ ...state, progress }, effect, acts, emit);
        }
    }

    private breaksAlways(state: SplitState): boolean {
        const { claim, ground: policy } = this.slice;
        const situation = { call: NO_CALL, memory: state.memory, time: NOW, approvals: [] };
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

    /** An edge to the state after an effect, which all held calls see but `own`, the call that caused it (M4). */
    private goTo(state: SplitState, effect: Effect | undefined, acts: readonly Act[], emit: Emit, own?: Hold): void {
        const { ground: policy } = this.slice;
        const see = (memory: Memory): Memory => (effect ? apply(policy, memory, effect, NOW) : memory);
        const holds = [...state.holds.map((hold) => ({ ...hold, view: see(hold.view) })), ...(own ? [own] : [])];
        const after = see(state.memory);
        if (
            !own &&
            state.progress === state.before.progress &&
            state.holds === state.before.holds &&
            sameMemory(after, state.memory)
        ) {
            // Nothing that a condition could see: the step leads to where it starts.
            return;
        }
        if (hasTooManyEntries(policy, after)) {
            this.scopes.add(`a mode that lasts a time may have been entered at ${MAX_ENTRIES} moments at most`);
            return;
        }
        const { memory, zone, moves } = this.timing.follow(state.part, after);
        const target = this.codec.encode({
            memory,
            progress: state.progress,
            holds: holds.sort((a, b) => a.action - b.action)
        });
        emit({ ...this.edge(state, acts, moves), target, zone, goal: false });
    }

    /** An edge to what is looked for; nobody looks at its target. */
    private goal(state: SplitState, acts: readonly Act[]): Edge<TimedActs> {
        return { ...this.edge(state, acts, []), target: new Uint32Array(this.width), goal: true };
    }

    private edge(
        state: SplitState,
        acts: readonly Act[],
        moves: readonly Move[]
    ): Pick<Edge<TimedActs>, 'label' | 'steps' | 'humanActs'> {
        return {
            label: { acts, guards: state.part.guards, moves },
            steps: acts.map((act) => this.order.stepOf(act)),
            humanActs: acts.filter((act) => act.kind === 'approve' || act.kind === 'refuse').length
        };
    }

    private canHappen(act: Happening['act'], memory: Memory): boolean {
        return act.kind === 'return' || this.assumed.happens(act.event, situationOf(NO_CALL, memory));
    }

    private decide(action: Action, memory: Memory, approvals: readonly GivenApproval[]): Decision {
        return decideAction(this.slice.ground, action, memory, approvals);
    }

    private observe(state: ExploredState): void {
        const { claim, ground: policy } = this.slice;
        this.furthest = Math.max(this.furthest, state.progress);
        state.memory.monitors.forEach((cells, index) => {
            if (mayBeTrue(policy.monitors[index]!, cells)) {
                this.trueMonitors.add(index);
            }
        });
        if (!this.triggered && 'trigger' in claim && claim.trigger) {
            this.triggered = this.isTriggeredIn(state);
        }
    }

    /** Whether `after F` is so, or may be, in a state; true for a claim without it. */
    isTriggered(words: Uint32Array): boolean {
        return this.isTriggeredIn(this.codec.decode(words));
    }

    private isTriggeredIn({ memory }: ExploredState): boolean {
        const { claim, ground: policy } = this.slice;
        const trigger = 'trigger' in claim && claim.trigger && forAnyKey(this.slice, claim.trigger);
        return (
            !trigger ||
            policy.agents.some((_, agent) =>
                mayBe(evaluate(policy, trigger, situationOf({ agent, tool: 0, args: {} }, memory)))
            )
        );
    }

    private withoutApproval(): boolean {
        return this.slice.claim.kind === 'possible' && this.slice.claim.withoutApproval;
    }
}
