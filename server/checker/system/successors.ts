/** Builds the edge of a step that was decided. */
import type { Effect } from '../../model/events/effects.js';
import { apply } from '../../model/events/effects.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { keptAcrossSessions } from '../../model/session/earlier-sessions.js';
import type { Act } from '../traces/steps.js';
import type { ActOrder } from './step-order.js';
import { hasTooManyEntries } from './machine-clocks.js';
import type { ExploredState, StateCodec } from './codec.js';
import type { Edge } from '../search/breadth-first.js';
import type { Hold, OwnSight } from './held-call-times.js';
import { seenBy } from './held-call-times.js';
import { sameMemory } from './situations.js';
import type { Slice } from '../reductions/slice.js';
import type { SumPart, SumStep, Summing } from './summing.js';
import type { TimedStep } from './schedule.js';
import type { Move, Part, Timing } from './timing.js';
import { NOW } from './timing.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

/**
 * The acts that an edge represents. They happen at one time; the ages that they rely on and the times that monitors
 * store after them are included.
 */
export interface TimedActs extends TimedStep {
    readonly acts: readonly Act[];
    /** The time on the clock; undefined if it does not matter. */
    readonly phase?: number;
    /** The amounts that the acts add to sums, and the sums that they rely on; undefined if there are no sums. */
    readonly sums?: SumStep;
}

/**
 * A state in which every age is known to be young or old, and every sum to be at most a number or more than it, as the
 * decisions read them.
 */
export type SplitState = ExploredState & {
    readonly part: Part;
    readonly sums?: SumPart;
    /** The source state. */
    readonly before: ExploredState;
    /** The time on the clock at the step; undefined if it does not matter. */
    readonly phase?: number;
};

/** A step of the search that is decided but not yet taken. */
export interface DecidedStep {
    /** The source state, with the progress and the held calls after the step. */
    readonly state: SplitState;
    readonly acts: readonly Act[];
    /** The effect of the step; undefined if the history is unchanged. */
    readonly effect?: Effect | undefined;
    /** The held call whose step it is, and to which the effect is invisible (M4). */
    readonly own?: Hold;
    /** True if the step is a goal of the search. */
    readonly goal: boolean;
    /** The kind of a goal (`search/breadth-first.ts`). */
    readonly kind?: string;
}

/** The state that a step leads to, without its ages and sums. */
interface After {
    readonly memory: Memory;
    readonly holds: readonly Hold[];
    readonly moves: readonly Move[];
}

/** A step with the part of its edge that does not depend on the ages and sums of the state. */
export interface CachedStep extends After, Pick<Edge<TimedActs>, 'steps' | 'humanActs'> {
    readonly step: DecidedStep;
    /** The packed states that the step leads to, by the registers that are dropped then. */
    targets?: Map<string, Uint32Array>;
}

export type TakeStep = (step: DecidedStep) => void;

/**
 * The step in which another session begins (M19): only the parts that the policy keeps across sessions are retained.
 */
export function startAnew(policy: Policy): (state: SplitState, take: TakeStep) => void {
    return (state, take) => {
        const memory = keptAcrossSessions(policy, state.memory, NOW);
        take({
            state: {
                ...state,
                memory,
                progress: 0,
                holds: [],
                ...(state.others && { others: state.others.map(() => false) })
            },
            acts: [{ kind: 'new session' }],
            goal: false
        });
    };
}

export class Successors {
    /** @param scopes receives the bounds that leave something out */
    constructor(
        private readonly slice: Slice,
        private readonly codec: StateCodec,
        private readonly timing: Timing,
        private readonly summing: Summing,
        private readonly order: ActOrder,
        private readonly own: OwnSight,
        private readonly scopes: Set<NamedScope>
    ) {}

    /**
     * The edge of a step; undefined if no condition could see that the step was taken, because it leads back to its
     * start.
     */
    edgeOf(step: DecidedStep): Edge<TimedActs> | undefined {
        const plan = this.planOf(step);
        return plan && this.edgeAt(plan, step.state);
    }

    /** The part of the edge that does not depend on ages and sums; undefined if there is no edge. */
    planOf(step: DecidedStep): CachedStep | undefined {
        const after = step.goal ? GOAL : this.after(step);
        return (
            after && {
                ...after,
                step,
                steps: step.acts.map((act) => this.order.stepOf(act)),
                humanActs: humanActsIn(step.acts)
            }
        );
    }

    /** The edge at ages and sums of the state for which it was planned. */
    edgeAt(plan: CachedStep, { part, sums }: Pick<SplitState, 'part' | 'sums'>): Edge<TimedActs> {
        const { step, steps, humanActs, moves } = plan;
        const { acts, effect, goal, kind, state } = step;
        const isNew = acts.some((act) => act.kind === 'new session');
        const summed =
            sums && (isNew ? this.summing.startAnew(sums) : this.summing.follow(sums, goal ? undefined : effect));
        const label: TimedActs = {
            acts,
            guards: part.guards,
            moves,
            ...(summed && { sums: summed.step }),
            ...(state.phase !== undefined && { phase: state.phase })
        };
        if (goal) {
            // The target of a goal is never read.
            const target = new Uint32Array(this.codec.width);
            return { label, steps, humanActs, target, goal, ...(kind !== undefined && { kind }) };
        }
        const aged = part.zone && this.timing.follow(part.zone, moves);
        const zone = summed ? this.summing.withSums(aged?.zone, summed.zone) : aged?.zone;
        return { label, steps, humanActs, target: this.target(plan, aged?.gone), zone, goal };
    }

    private target(plan: CachedStep, gone?: readonly number[]): Uint32Array {
        const {
            step: { state },
            memory,
            holds
        } = plan;
        const targets = (plan.targets ??= new Map());
        const key = gone?.join() ?? '';
        let target = targets.get(key);
        if (!target) {
            target = this.codec.encode({
                ...(gone ? this.timing.without({ memory, holds }, gone) : { memory, holds }),
                progress: state.progress,
                ...(state.others && { others: state.others })
            });
            targets.set(key, target);
        }
        return target;
    }

    /** The state after the effect, which is visible to all held calls except `own`. */
    private after({ state, effect, own }: DecidedStep): After | undefined {
        const see = (memory: Memory): Memory => (effect ? apply(this.slice.ground, memory, effect, NOW) : memory);
        const waiting = state.holds.map((hold) => {
            const before = seenBy(hold, state.memory, this.own);
            return { hold: { ...hold, view: see(before) }, before };
        });
        const memory = see(state.memory);
        if (
            !own &&
            state.progress === state.before.progress &&
            state.holds === state.part.holds &&
            state.others === state.before.others &&
            sameMemory(this.slice, memory, state.memory) &&
            waiting.every(({ hold, before }) => sameMemory(this.slice, hold.view, before)) &&
            !this.summing.isChangedBy(effect)
        ) {
            return undefined;
        }
        if (hasTooManyEntries(this.slice.ground, memory)) {
            this.scopes.add(
                `a mode with a time limit may have been entered at ${limitOf('modeEntries')} moments at most (counts)`
            );
            return undefined;
        }
        const holds = [...waiting.map(({ hold }) => hold), ...(own ? [own] : [])].sort((a, b) => a.action - b.action);
        return { memory, holds, moves: this.timing.movesTo({ memory, holds }, state.part) };
    }
}

const GOAL: After = { memory: { monitors: [], keyed: [], labels: [] }, holds: [], moves: [] };

/** The number of human answers among the acts. */
export function humanActsIn(acts: readonly Act[]): number {
    return acts.filter(({ kind }) => kind === 'approve' || kind === 'refuse').length;
}
