/**
 * The transition system that is searched for a claim: the rules, hijacked agents, humans who may approve or refuse,
 * calls that may end in every way, and events from outside. A goal is what breaks the claim (a release, a decision, a
 * state), or the last step of a `possible`.
 */
import { decideBy } from '../model/decide.js';
import type { GivenApproval } from '../model/evaluate.js';
import { evaluate } from '../model/evaluate.js';
import type { Effect } from '../model/monitors.js';
import { apply, initialMemory } from '../model/monitors.js';
import type { Outcome } from '../model/policy.js';
import type { Call, Decision, Memory } from '../model/session.js';
import { and, mayBe, mustBe, TRUE } from '../model/truth.js';
import type { Action, End } from './actions.js';
import { Answers, approvalWays } from './approvals.js';
import type { ExploredState, Hold } from './codec.js';
import { StateCodec } from './codec.js';
import type { Edge, Step, TransitionSystem } from './explore.js';
import type { Happening } from './happenings.js';
import { happeningsOf } from './happenings.js';
import { Obstacles } from './obstacles.js';
import type { Slice } from './slice.js';
import { seesHolds } from './slice.js';

/** One step of a session. */
export type Act =
    | { readonly kind: 'submit'; readonly call: Call; readonly decision: Decision; readonly outcome?: Outcome }
    | { readonly kind: 'approve' | 'refuse'; readonly call: Call; readonly human: number }
    | { readonly kind: 'happen'; readonly event: number };

type Emit = (edge: Edge<readonly Act[]>) => void;

/** Calls held at one time, where some condition can see that a call is held. */
export const MAX_VISIBLE_HOLDS = 2;

export class PolicySystem implements TransitionSystem<readonly Act[]> {
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
    private readonly happenings: readonly Happening[];
    private readonly actionOf: ReadonlyMap<Call, Action>;

    constructor(
        private readonly slice: Slice,
        private readonly actions: readonly Action[]
    ) {
        const { policy, claim } = slice;
        this.holdsAreVisible = seesHolds(slice);
        this.answers = new Answers(policy);
        this.happenings = happeningsOf(slice);
        this.actionOf = new Map(actions.map((action) => [action.call, action]));
        this.codec = new StateCodec(slice, {
            actions: actions.length,
            approvalRules: this.holdsAreVisible ? this.answers.rules.length : 0,
            answers: this.holdsAreVisible ? this.answers.all.length : 0,
            maxHolds: this.holdsAreVisible ? MAX_VISIBLE_HOLDS : 0,
            maxProgress: claim.kind === 'possible' ? claim.steps.length : 0
        });
        this.width = this.codec.width;
    }

    initial(): Uint32Array {
        return this.codec.encode({ memory: initialMemory(this.slice.policy), progress: 0, holds: [] });
    }

    edges(words: Uint32Array, emit: Emit): void {
        const state = this.codec.decode(words);
        this.observe(state);
        if (this.breaksAlways(state)) {
            emit(this.goal([]));
            return;
        }
        for (const { event, effect, completes } of this.happenings) {
            this.goOn(state, effect, completes, [{ kind: 'happen', event }], emit);
        }
        this.actions.forEach((action, index) => {
            if (!state.holds.some((hold) => hold.action === index)) {
                this.submit(state, action, index, emit);
            }
        });
        for (const hold of state.holds) {
            const others = { ...state, holds: state.holds.filter((other) => other !== hold) };
            this.goOnWith(hold, others, emit);
        }
    }

    private submit(state: ExploredState, action: Action, index: number, emit: Emit): void {
        const decision = this.decide(action, state.memory, []);
        const submitted: Act = { kind: 'submit', call: action.call, decision };
        this.obstacles.note(state.progress, action, decision);
        if (this.breaksDecided(state, action, decision)) {
            emit(this.goal([decision.kind === 'allowed' ? { ...submitted, outcome: 'success' } : submitted]));
        }
        if (decision.kind === 'allowed') {
            this.release(state, action, [], [], decision, action.ends, emit);
        } else if (decision.kind === 'denied') {
            this.goTo(state, action.denied, [submitted], emit);
        } else if (!this.withoutApproval()) {
            if (this.holdsAreVisible) {
                this.hold(state, action, index, decision, emit);
            } else {
                this.approveAtOnce(state, action, decision, emit);
            }
        }
    }

    /** Where nothing sees that a call is held it is approved and released in the state in which it was held. */
    private approveAtOnce(state: ExploredState, action: Action, first: Decision, emit: Emit): void {
        const { call } = action;
        const ways = approvalWays(first, this.answers, (approvals) => this.decide(action, state.memory, approvals));
        for (const way of ways) {
            const acts = way.acts.map((act): Act =>
                'held' in act
                    ? { kind: 'submit', call, decision: act.held }
                    : { kind: 'approve', call, human: act.human }
            );
            this.release(state, action, way.approvals, acts, way.decision, action.endsAfterHold, emit);
        }
    }

    private hold(state: ExploredState, action: Action, index: number, decision: Decision, emit: Emit): void {
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
    private goOnWith(hold: Hold, others: ExploredState, emit: Emit): void {
        const action = this.actions[hold.action]!;
        const { call } = action;
        const asked = this.answers.rulesOf(hold.asked);
        for (const human of this.answers.humans(asked)) {
            const answered = hold.answered | this.answers.answerBits(this.answers.by(human, asked));
            this.goTo(others, undefined, [{ kind: 'approve', call, human }], emit, { ...hold, answered });
            this.goTo(others, undefined, [{ kind: 'refuse', call, human }], emit);
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
        state: ExploredState,
        action: Action,
        approvals: readonly GivenApproval[],
        before: readonly Act[],
        decision: Decision,
        ends: readonly End[],
        emit: Emit
    ): void {
        const judges = this.slice.claim.kind !== 'decided' && mayBe(action.subject);
        this.judged ||= judges;
        const situation = { call: action.call, memory: state.memory, approvals };
        const broken = judges && mayBe(evaluate(this.slice.policy, action.condition, situation));
        for (const end of ends) {
            const acts: Act[] = [...before, { kind: 'submit', call: action.call, decision, outcome: end.outcome }];
            if (broken) {
                emit(this.goal(acts));
            } else {
                this.goOn(state, end.effect, end.completes, acts, emit);
            }
        }
    }

    /** An edge that may also be the next step of a `possible`. */
    private goOn(
        state: ExploredState,
        effect: Effect,
        completes: readonly boolean[],
        acts: readonly Act[],
        emit: Emit
    ): void {
        const progress = completes[state.progress] ? state.progress + 1 : state.progress;
        if (progress > state.progress && progress === completes.length) {
            emit(this.goal(acts));
        } else {
            this.goTo({ ...state, progress }, effect, acts, emit);
        }
    }

    private breaksAlways(state: ExploredState): boolean {
        const { claim, policy } = this.slice;
        const situation = { call: NO_CALL, memory: state.memory, approvals: [] };
        return claim.kind === 'always' && !mustBe(evaluate(policy, claim.condition, situation));
    }

    /** M20: with no approval outstanding. `is allowed when C` needs C for certain, the others all but a false one (M3). */
    private breaksDecided(state: ExploredState, action: Action, decision: Decision): boolean {
        const { claim, policy } = this.slice;
        if (claim.kind !== 'decided' || state.holds.some((hold) => hold.answered !== 0)) {
            return false;
        }
        const situation = { call: action.call, memory: state.memory, approvals: [] };
        const asked = and(action.subject, evaluate(policy, action.condition, situation));
        const counts = claim.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
        this.judged ||= counts;
        return counts && decision.kind !== claim.decision;
    }

    /** An edge to the state after an effect, which all held calls see but `own`, the call that caused it (M4). */
    private goTo(state: ExploredState, effect: Effect | undefined, acts: readonly Act[], emit: Emit, own?: Hold): void {
        const { policy } = this.slice;
        const see = (memory: Memory): Memory => (effect ? apply(policy, memory, effect) : memory);
        const holds = [...state.holds.map((hold) => ({ ...hold, view: see(hold.view) })), ...(own ? [own] : [])];
        const target = this.codec.encode({
            memory: see(state.memory),
            progress: state.progress,
            holds: holds.sort((a, b) => a.action - b.action)
        });
        emit(this.edge(acts, target, false));
    }

    private edge(acts: readonly Act[], target: Uint32Array, goal: boolean): Edge<readonly Act[]> {
        return {
            label: acts,
            steps: acts.map((act) => this.step(act)),
            humanActs: acts.filter((act) => act.kind === 'approve' || act.kind === 'refuse').length,
            target,
            goal
        };
    }

    private step(act: Act): Step {
        const { agents, tools, humans } = this.slice.policy;
        if (act.kind === 'happen') {
            return { declaration: agents.length * tools.length + humans.length + act.event, outcome: 0, text: 0 };
        }
        if (act.kind !== 'submit') {
            return { declaration: agents.length * tools.length + act.human, outcome: 0, text: 0 };
        }
        const outcome = act.outcome === undefined ? 0 : ['success', 'error', 'lost'].indexOf(act.outcome);
        const declaration = act.call.agent * tools.length + act.call.tool;
        return { declaration, outcome, text: this.actionOf.get(act.call)!.text };
    }

    private decide(action: Action, memory: Memory, approvals: readonly GivenApproval[]): Decision {
        return decideBy(this.slice.policy, action.rules, { call: action.call, memory, approvals });
    }

    private observe(state: ExploredState): void {
        const { claim, policy } = this.slice;
        this.furthest = Math.max(this.furthest, state.progress);
        state.memory.monitors.forEach((cells, index) => {
            if (policy.monitors[index]!.kind !== 'count' && cells.includes(TRUE)) {
                this.trueMonitors.add(index);
            }
        });
        const trigger = 'trigger' in claim ? claim.trigger : undefined;
        if (trigger && !this.triggered) {
            this.triggered = policy.agents.some((_, agent) =>
                mayBe(
                    evaluate(policy, trigger, {
                        call: { agent, tool: 0, args: {} },
                        memory: state.memory,
                        approvals: []
                    })
                )
            );
        }
    }

    private withoutApproval(): boolean {
        return this.slice.claim.kind === 'possible' && this.slice.claim.withoutApproval;
    }

    /** An edge to what is looked for; nobody looks at its target. */
    private goal(acts: readonly Act[]): Edge<readonly Act[]> {
        return this.edge(acts, new Uint32Array(this.width), true);
    }
}

/** For conditions that ask nothing of a call. */
const NO_CALL: Call = { agent: 0, tool: 0, args: {} };
