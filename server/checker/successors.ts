/** Where a step leads that was decided. */
import type { Effect } from '../model/monitors.js';
import { apply } from '../model/monitors.js';
import type { Policy } from '../model/policy.js';
import type { Memory } from '../model/session.js';
import { keptAcross } from '../model/sessions.js';
import type { Act, ActOrder } from './acts.js';
import { hasTooManyEntries } from './clocks.js';
import type { ExploredState, Hold, StateCodec } from './codec.js';
import type { Edge } from './explore.js';
import type { OwnSight } from './hold-times.js';
import { seenBy } from './hold-times.js';
import { sameMemory } from './situations.js';
import type { Slice } from './slice.js';
import type { SumPart, SumStep, Summing } from './sums/summing.js';
import type { Move, Part, TimedStep, Timing } from './timing.js';
import { NOW } from './timing.js';
import { limitOf } from './limits.js';

/** What an edge stands for: acts at one time, the ages they rely on, and the times that monitors keep after them. */
export interface TimedActs extends TimedStep {
    readonly acts: readonly Act[];
    /** What the clock shows; absent: that does not matter. */
    readonly phase?: number;
    /** What they add to sums, and rely on of them; absent: nothing is added up. */
    readonly sums?: SumStep;
}

/** A state in which every age is young or old, and every sum at most or more than a number, as its decisions read them. */
export type SplitState = ExploredState & {
    readonly part: Part;
    readonly sums?: SumPart;
    /** The state that is being left. */
    readonly before: ExploredState;
    /** What the clock shows at the step; absent: that does not matter. */
    readonly phase?: number;
};

/** A step of the search, decided, and not yet taken. */
export interface DecidedStep {
    /** The state that is left, with the progress and the held calls that it has afterwards. */
    readonly state: SplitState;
    readonly acts: readonly Act[];
    /** Absent: the history is as it was. */
    readonly effect?: Effect | undefined;
    /** The held call whose step it is: it does not see the effect (M4). */
    readonly own?: Hold;
    /** It is what the search looks for. */
    readonly goal: boolean;
    /** Of a goal: which of several it is (`explore.ts`). */
    readonly kind?: string;
}

export type TakeStep = (step: DecidedStep) => void;

/** The step in which another session begins (M19): of this one stays what the policy keeps across sessions. */
export function startAnew(policy: Policy): (state: SplitState, take: TakeStep) => void {
    return (state, take) => {
        const memory = keptAcross(policy, state.memory, NOW);
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
    /** @param scopes gets what is cut */
    constructor(
        private readonly slice: Slice,
        private readonly codec: StateCodec,
        private readonly timing: Timing,
        private readonly summing: Summing,
        private readonly order: ActOrder,
        private readonly own: OwnSight,
        private readonly scopes: Set<string>
    ) {}

    /** Undefined where no condition could see that the step was taken: it leads to where it starts. */
    edgeOf(step: DecidedStep): Edge<TimedActs> | undefined {
        return step.goal ? this.goal(step) : this.edgeAfter(step);
    }

    /** The edge to the state after the effect, which all held calls see but `own`. */
    private edgeAfter({ state, effect, acts, own }: DecidedStep): Edge<TimedActs> | undefined {
        const see = (memory: Memory): Memory => (effect ? apply(this.slice.ground, memory, effect, NOW) : memory);
        const waiting = state.holds.map((hold) => {
            const before = seenBy(hold, state.memory, this.own);
            return { hold: { ...hold, view: see(before) }, before };
        });
        const after = see(state.memory);
        if (
            !own &&
            state.progress === state.before.progress &&
            state.holds === state.part.holds &&
            state.others === state.before.others &&
            sameMemory(this.slice, after, state.memory) &&
            waiting.every(({ hold, before }) => sameMemory(this.slice, hold.view, before)) &&
            !this.summing.isChangedBy(effect)
        ) {
            return undefined;
        }
        if (hasTooManyEntries(this.slice.ground, after)) {
            this.scopes.add(
                `a mode that lasts a time may have been entered at ${limitOf('modeEntries')} moments at most`
            );
            return undefined;
        }
        const held = [...waiting.map(({ hold }) => hold), ...(own ? [own] : [])].sort((a, b) => a.action - b.action);
        const { memory, holds, zone, moves } = this.timing.follow(state.part, { memory: after, holds: held });
        const target = this.codec.encode({
            memory,
            progress: state.progress,
            holds,
            ...(state.others && { others: state.others })
        });
        const isNew = acts.some(({ kind }) => kind === 'new session');
        const sums =
            state.sums && (isNew ? this.summing.startAnew(state.sums) : this.summing.follow(state.sums, effect));
        const extent = sums ? this.summing.withSums(zone, sums.zone) : zone;
        return { ...this.edge(state, acts, moves, sums?.step), target, zone: extent, goal: false };
    }

    /** Nobody looks at its target. */
    private goal({ state, acts, kind }: DecidedStep): Edge<TimedActs> {
        const target = new Uint32Array(this.codec.width);
        const sums = state.sums && this.summing.follow(state.sums, undefined).step;
        return { ...this.edge(state, acts, [], sums), target, goal: true, ...(kind !== undefined && { kind }) };
    }

    private edge(
        state: SplitState,
        acts: readonly Act[],
        moves: readonly Move[],
        sums: SumStep | undefined
    ): Pick<Edge<TimedActs>, 'label' | 'steps' | 'humanActs'> {
        return {
            label: {
                acts,
                guards: state.part.guards,
                moves,
                ...(sums && { sums }),
                ...(state.phase !== undefined && { phase: state.phase })
            },
            steps: acts.map((act) => this.order.stepOf(act)),
            humanActs: humanActsIn(acts)
        };
    }
}

/** Answers of humans. */
export function humanActsIn(acts: readonly Act[]): number {
    return acts.filter(({ kind }) => kind === 'approve' || kind === 'refuse').length;
}
