/**
 * The transition system that is searched for a claim: the rules, hijacked agents, humans who may approve or refuse,
 * and calls that may end in every way. A goal is a release that breaks a `never` or `requires`, or the last step of a
 * `possible`.
 */
import { decideBy } from '../model/decide.js';
import type { GivenApproval } from '../model/evaluate.js';
import { evaluate } from '../model/evaluate.js';
import type { Effect } from '../model/monitors.js';
import { apply, initialMemory } from '../model/monitors.js';
import type { Outcome } from '../model/policy.js';
import type { Call, Decision, Memory } from '../model/session.js';
import { mayBe, mustBe } from '../model/truth.js';
import type { Action, End } from './actions.js';
import { approvalWays } from './approvals.js';
import type { ExploredState, Hold } from './codec.js';
import { StateCodec } from './codec.js';
import type { Edge, Step, TransitionSystem } from './explore.js';
import { Obstacles } from './obstacles.js';
import type { Slice } from './slice.js';
import { seesHolds } from './slice.js';

/** One step of a session. */
export type Act =
    | { readonly kind: 'submit'; readonly call: Call; readonly decision: Decision; readonly outcome?: Outcome }
    | { readonly kind: 'approve' | 'refuse'; readonly call: Call; readonly human: number };

type Emit = (edge: Edge<readonly Act[]>) => void;

/** Calls held at one time, where some condition can see that a call is held. */
export const MAX_VISIBLE_HOLDS = 2;

export class PolicySystem implements TransitionSystem<readonly Act[]> {
    readonly width: number;
    /** Scopes that narrowed the search, in words; empty when nothing was cut. */
    readonly scopes = new Set<string>();
    /** `after F` was true or unknown in some reachable state. */
    triggered = false;
    /** A call that the claim judges was released. */
    judged = false;
    /** For `possible`: the most steps done in any reachable state. */
    furthest = 0;
    /** The monitors of the slice that were true in some reachable state. */
    readonly trueMonitors = new Set<number>();
    readonly obstacles = new Obstacles();

    private readonly codec: StateCodec;
    private readonly holdsAreVisible: boolean;
    /** Indices of the approval rules, in the order of their bits. */
    private readonly approvalRules: readonly number[];
    private readonly actionOf: ReadonlyMap<Call, Action>;

    constructor(
        private readonly slice: Slice,
        private readonly actions: readonly Action[]
    ) {
        const { policy, claim } = slice;
        this.holdsAreVisible = seesHolds(slice);
        this.approvalRules = policy.rules.flatMap((rule, index) => (rule.kind === 'approval' ? [index] : []));
        this.actionOf = new Map(actions.map((action) => [action.call, action]));
        this.codec = new StateCodec(
            slice,
            actions.length,
            this.holdsAreVisible ? this.approvalRules.length : 0,
            this.holdsAreVisible ? MAX_VISIBLE_HOLDS : 0,
            claim.kind === 'possible' ? claim.steps.length : 0
        );
        this.width = this.codec.width;
    }

    initial(): Uint32Array {
        return this.codec.encode({ memory: initialMemory(this.slice.policy), progress: 0, holds: [] });
    }

    edges(words: Uint32Array, emit: Emit): void {
        const state = this.codec.decode(words);
        this.observe(state);
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
        const ways = approvalWays(
            first,
            (approvals) => this.decide(action, state.memory, approvals),
            (rule) => this.humanOf(rule)
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

    private hold(state: ExploredState, action: Action, index: number, decision: Decision, emit: Emit): void {
        this.scopes.add('held calls and approvals do not lapse, and one call of each kind is held at a time');
        if (state.holds.length >= MAX_VISIBLE_HOLDS) {
            this.scopes.add(`at most ${MAX_VISIBLE_HOLDS} calls are held at a time`);
            return;
        }
        const hold: Hold = { action: index, asked: this.bits(decision.rules), answered: 0, view: state.memory };
        this.goTo(state, action.held, [{ kind: 'submit', call: action.call, decision }], emit, hold);
    }

    /** A held call, where holds are visible: it is approved, refused, or submitted again. */
    private goOnWith(hold: Hold, others: ExploredState, emit: Emit): void {
        const action = this.actions[hold.action]!;
        const { call } = action;
        const asked = this.approvalRules.filter((_, bit) => (hold.asked & (1 << bit)) !== 0);
        for (const human of new Set(asked.map((rule) => this.humanOf(rule)))) {
            const answered = hold.answered | this.bits(asked.filter((rule) => this.humanOf(rule) === human));
            this.goTo(others, undefined, [{ kind: 'approve', call, human }], emit, { ...hold, answered });
            this.goTo(others, undefined, [{ kind: 'refuse', call, human }], emit);
        }
        const approvals = this.approvalRules.flatMap((rule, bit) =>
            (hold.answered & (1 << bit)) !== 0 ? [{ rule, human: this.humanOf(rule) }] : []
        );
        const decision = this.decide(action, hold.view, approvals);
        const submitted: Act = { kind: 'submit', call, decision };
        if (decision.kind === 'allowed') {
            this.release(others, action, approvals, [], decision, action.endsAfterHold, emit);
        } else if (decision.kind === 'denied') {
            this.goTo(others, action.deniedAfterHold, [submitted], emit);
        } else if ((this.bits(decision.rules) & ~hold.asked) !== 0) {
            const changed = { ...hold, asked: hold.asked | this.bits(decision.rules) };
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
        this.judged ||= action.judged;
        const situation = { call: action.call, memory: state.memory, approvals };
        const broken = action.judged && mayBe(evaluate(this.slice.policy, action.bad, situation));
        for (const end of ends) {
            const acts: Act[] = [...before, { kind: 'submit', call: action.call, decision, outcome: end.outcome }];
            const progress = end.completes[state.progress] ? state.progress + 1 : state.progress;
            const done = progress > state.progress && progress === end.completes.length;
            if (broken || done) {
                emit(this.edge(acts, new Uint32Array(this.width), true));
            } else {
                this.goTo({ ...state, progress }, end.effect, acts, emit);
            }
        }
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
            humanActs: acts.filter((act) => act.kind !== 'submit').length,
            target,
            goal
        };
    }

    private step(act: Act): Step {
        const { agents, tools } = this.slice.policy;
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
            if (cells.some(mustBe)) {
                this.trueMonitors.add(index);
            }
        });
        const trigger = claim.kind === 'possible' ? undefined : claim.trigger;
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

    private humanOf(rule: number): number {
        const asked = this.slice.policy.rules[rule]!;
        return asked.kind === 'approval' ? asked.human : -1;
    }

    private bits(rules: readonly number[]): number {
        return rules.reduce((bits, rule) => bits | (1 << this.approvalRules.indexOf(rule)), 0);
    }
}
