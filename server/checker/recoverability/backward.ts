/**
 * Computes where a release is still reachable. The forward search is kept as a graph. A backward search starts from the
 * releases, and computes for each state the ages from which some path leads to one: predecessors of zones under steps,
 * in which everyone cooperates, and under waiting (Henzinger, Nicollin, Sifakis, Yovine, "Symbolic Model Checking for
 * Real-Time Systems", 1994). An additional clock measures the time that the path has taken.
 *
 * The sets are unions of zones. Ages beyond their windows are equivalent, and steps and waiting preserve this, so there
 * are finitely many sets (Alur and Dill 1994): the backward search terminates. It is exact for every age, reached or
 * not.
 */
import type { Act } from '../traces/steps.js';
import { overdrawn, poll } from '../limits/budget.js';
import type { Edge, ExploreOptions, TransitionSystem } from '../search/breadth-first.js';
import type { RecoverySystem } from './system.js';
import { StateStore } from '../search/visited-states.js';
import type { TimedActs } from '../system/successors.js';
import type { Guard } from '../system/timing.js';
import { Zone } from '../search/zone.js';

/** The register of the time since a path began. */
const ELAPSED = -1;

/** The conditions under which a step can be taken. */
export interface Way {
    /** The source state; the guards determine its ages. */
    readonly source: number;
    readonly guards: readonly Guard[];
    /** True if a human approves something in this step. */
    readonly approved: boolean;
    /**
     * True if one of its calls assumes something about an untracked value, so that it may not exist in the real system.
     */
    readonly supposed: boolean;
    readonly acts: readonly Act[];
}

/** A step that leads to another state. */
type StepAway = Way & { readonly moves: TimedActs['moves'] };

/** A state, and ages at which it was reached. */
export interface ReachedState {
    readonly state: number;
    readonly zone: Zone;
}

/** The releases that a path should lead to. */
export interface TargetReleases {
    /** The maximum number of seconds that the path may take. */
    readonly within: number;
    /** The steps that the path may take. */
    readonly isOpen: (way: Way) => boolean;
    /** The releases that the path may end in. */
    readonly isMeant: (way: Way) => boolean;
    /** True if the steps that the search left out may lead there too. */
    readonly throughCuts: boolean;
}

/** Thrown if the backward search has too many zones; the limit is that of the states of the forward search. */
export class TooMuch extends Error {}

/** Records the steps of the search's system. A release of E is not a goal, because the search must see every state. */
export class Ways implements TransitionSystem<TimedActs> {
    readonly width: number;
    readonly reached: ReachedState[] = [];
    private readonly store: StateStore;
    /** The steps into each state. A step out of a state occurs once for all zones of the state. */
    private readonly into: StepAway[][] = [];
    private readonly known = new Map<number, Set<string>>();
    private readonly releases: Way[] = [];
    private readonly clocks: (readonly number[])[] = [];
    /** States from which some step was left out. */
    private readonly cut = new Set<number>();

    constructor(private readonly system: RecoverySystem) {
        this.width = system.width;
        this.store = new StateStore(system.width);
    }

    initial(): ReturnType<RecoverySystem['initial']> {
        return this.system.initial();
    }

    edges(words: Uint32Array, zone: Zone | undefined, emit: (edge: Edge<TimedActs>) => void): void {
        const source = this.stateOf(words, zone);
        const { cuts } = this.system.scopes;
        this.reached.push({ state: source, zone: zone ?? Zone.of([]) });
        this.system.edges(words, zone, (edge) => {
            if (edge.goal) {
                this.keep(source, edge, undefined);
            } else {
                this.keep(source, edge, this.stateOf(edge.target, edge.zone));
                emit(edge);
            }
        });
        if (this.system.scopes.cuts > cuts || this.system.hasHolds(words)) {
            this.cut.add(source);
        }
        if (!zone) {
            // Each such state is removed once.
            this.known.delete(source);
        }
    }

    /** Zones of one state have the same registers. */
    stateOf(words: Uint32Array, zone: Zone | undefined): number {
        const state = this.store.add(words);
        this.clocks[state] ??= zone?.clocks ?? [];
        return state;
    }

    /** The registers that have an age. */
    clocksOf(state: number): readonly number[] {
        return this.clocks[state]!;
    }

    wordsOf(state: number): Uint32Array {
        return this.store.get(state).slice();
    }

    private keep(source: number, edge: Edge<TimedActs>, target: number | undefined): void {
        const { guards, moves, acts } = edge.label;
        // The ages that the step drops were expired in all of these states; for other states the step may differ.
        const over = moves
            .filter(({ register }) => target !== undefined && !this.clocks[target]!.includes(register))
            .map(({ register, source: from }): Guard => ({
                register: from ?? register,
                window: this.system.windowOf(register),
                young: false
            }));
        const way = {
            source,
            guards: [...guards, ...over],
            approved: acts.some(({ kind }) => kind === 'approve'),
            supposed: this.system.supposes(acts),
            acts
        };
        const isAnew = acts.some(({ kind }) => kind === 'new session');
        const kind = [way.approved, way.supposed, isAnew, target === undefined && acts];
        const key = JSON.stringify([target, way.guards, moves, kind]);
        const known = this.known.get(source) ?? new Set();
        if (!known.has(key)) {
            this.known.set(source, known.add(key));
            if (target === undefined) {
                this.releases.push(way);
            } else {
                (this.into[target] ??= []).push({ ...way, moves });
            }
        }
    }

    /** For each state, the ages at which some path leads to a release in time. Throws `TooMuch` at a limit. */
    backwards({ within, isOpen, isMeant, throughCuts }: TargetReleases, options: ExploreOptions): Zone[][] {
        const alive: Zone[][] = [];
        const queue: ReachedState[] = [];
        let met = 0;
        const reach = (state: number, zone: Zone | undefined): void => {
            const ages = zone?.earlier();
            const known = (alive[state] ??= []);
            if (!ages || rest([ages], known).length === 0) {
                return;
            }
            if (++met % CHECK_EVERY === 0) {
                check(met, options);
            }
            alive[state] = [...known.filter((other) => !ages.includes(other)), ages];
            queue.push({ state, zone: ages });
        };
        for (const way of this.releases) {
            if (isOpen(way) && isMeant(way)) {
                reach(way.source, guarded(this.everything(way.source).restricted(ELAPSED, within, true), way.guards));
            }
        }
        for (const state of throughCuts ? this.cut : []) {
            reach(state, this.everything(state).restricted(ELAPSED, within, true));
        }
        for (const { state, zone } of queue) {
            if (!alive[state]!.includes(zone)) {
                // A larger zone was added since.
                continue;
            }
            for (const way of this.into[state] ?? []) {
                if (isOpen(way)) {
                    const before = zone.unmoved(this.withElapsed(way.source), sourceIn(way.moves));
                    reach(way.source, guarded(before, way.guards));
                }
            }
        }
        return this.clocks.map((clocks, state) =>
            (alive[state] ?? []).flatMap((zone) => {
                const now = zone.restricted(ELAPSED, 0, true);
                return now ? [now.moved(clocks, clocks)] : [];
            })
        );
    }

    private everything(state: number): Zone {
        return Zone.of(this.withElapsed(state));
    }

    private withElapsed(state: number): readonly number[] {
        return [ELAPSED, ...this.clocks[state]!];
    }
}

const CHECK_EVERY = 256;

/** The parts of the zones that no other zone covers. */
export function rest(zones: readonly Zone[], others: readonly Zone[]): Zone[] {
    return others.reduce<Zone[]>(
        (left, other) => {
            poll();
            return left.flatMap((zone) => zone.without(other));
        },
        [...zones]
    );
}

function check(zones: number, { limits }: ExploreOptions): void {
    if (zones > limits.maxStates || overdrawn()) {
        throw new TooMuch();
    }
}

function guarded(zone: Zone | undefined, guards: readonly Guard[]): Zone | undefined {
    return guards.reduce((left, { register, window, young }) => left?.restricted(register, window, young), zone);
}

function sourceIn(moves: StepAway['moves']): (register: number) => number | undefined {
    const sources = new Map(moves.map(({ register, source }) => [register, source]));
    return (register) => (register === ELAPSED ? ELAPSED : sources.get(register));
}
