/**
 * Breadth-first search of a finite transition system, by the length of sessions: the first goal it settles ends a
 * shortest session. Edges may stand for several steps of a session (the life of a held call), so the frontier is a
 * queue for each length (Dial 1969). Ties are broken as M23 says, so the result is the same on every machine.
 */
import type { Limits } from './result.js';
import { StateStore } from './store.js';

/** A step of a session, as numbers that are compared. */
export interface Step {
    /** Who and what, in the order of declaration. */
    readonly declaration: number;
    /** 0 success, 1 error, 2 lost. */
    readonly outcome: number;
    /** The argument class, simplest first. */
    readonly text: number;
}

export interface Edge<Label> {
    readonly label: Label;
    readonly steps: readonly Step[];
    readonly humanActs: number;
    /** The packed state it leads to; meaningless for a goal. */
    readonly target: Uint32Array;
    readonly goal: boolean;
}

/** What the search needs of a system; it knows nothing of policies. */
export interface TransitionSystem<Label> {
    /** Words of 32 bits in a packed state. */
    readonly width: number;
    initial(): Uint32Array;
    /** Every edge that leaves a state, each exactly once. Called once for each reachable state. */
    edges(state: Uint32Array, emit: (edge: Edge<Label>) => void): void;
}

export interface ExploreOptions {
    readonly limits: Limits;
    readonly isCancelled?: () => boolean;
    readonly onProgress?: (progress: { states: number; transitions: number; depth: number; queue: number }) => void;
}

export interface Exploration<Label> {
    /** The labels along a shortest path to a goal, if one is reachable; with a limit, perhaps not the shortest. */
    readonly path?: readonly Label[];
    readonly states: number;
    readonly transitions: number;
    /** Steps of the longest shortest session explored. */
    readonly depth: number;
    /** No state was left unexpanded, and no limit was met. */
    readonly exhausted: boolean;
    readonly limit?: string;
}

export class CheckCancelled extends Error {
    constructor() {
        super('the check was cancelled');
    }
}

/** How a state, or a goal, is reached. */
interface Arrival<Label> {
    readonly parent: Arrival<Label> | undefined;
    readonly label: Label | undefined;
    readonly steps: readonly Step[];
    readonly humanActs: number;
}

export function explore<Label>(system: TransitionSystem<Label>, options: ExploreOptions): Exploration<Label> {
    return new Search(system, options).run();
}

const CHECK_EVERY = 1024;
/** Measured: an arrival and its place in the queue. */
const BYTES_PER_ARRIVAL = 120;

class Search<Label> {
    private readonly store: StateStore;
    private readonly arrivals: Arrival<Label>[] = [];
    /** The length at which each state was settled. */
    private readonly lengths: number[] = [];
    /** States first reached by sessions of each length, with the arrival; a shorter one may have settled them since. */
    private readonly queue: { readonly state: number; readonly arrival: Arrival<Label> }[][] = [];
    private readonly settled: boolean[] = [];
    private transitions = 0;
    private pending = 0;
    private goal: { readonly length: number; readonly arrival: Arrival<Label> } | undefined;
    private readonly started = Date.now();

    constructor(
        private readonly system: TransitionSystem<Label>,
        private readonly options: ExploreOptions
    ) {
        this.store = new StateStore(system.width);
    }

    run(): Exploration<Label> {
        this.reach(this.system.initial(), 0, { parent: undefined, label: undefined, steps: [], humanActs: 0 });
        let expanded = 0;
        let depth = 0;
        for (let length = 0; length < this.queue.length; length++) {
            if (this.goal && this.goal.length <= length) {
                break;
            }
            for (const state of this.settle(length)) {
                depth = length;
                if (expanded++ % CHECK_EVERY === 0 || this.store.size > this.options.limits.maxStates) {
                    const limit = this.checkLimits(length);
                    if (limit !== undefined) {
                        return this.result(depth, limit);
                    }
                }
                this.expand(state, length);
            }
        }
        return this.result(depth, undefined);
    }

    /** The states whose shortest sessions have this length, in the order in which they were first reached. */
    private settle(length: number): number[] {
        const level = this.queue[length] ?? [];
        const states: number[] = [];
        for (const { state, arrival } of level) {
            if (!this.settled[state]) {
                this.settled[state] = true;
                this.lengths[state] = length;
                this.arrivals[state] = arrival;
                states.push(state);
            } else if (this.lengths[state] === length && isBetter(arrival, this.arrivals[state]!)) {
                this.arrivals[state] = arrival;
            }
        }
        this.pending -= level.length;
        this.queue[length] = [];
        return states;
    }

    private expand(state: number, length: number): void {
        const parent = this.arrivals[state]!;
        const words = this.store.get(state).slice();
        this.system.edges(words, (edge) => {
            this.transitions++;
            const reached = length + edge.steps.length;
            const arrival = {
                parent,
                label: edge.label,
                steps: edge.steps,
                humanActs: parent.humanActs + edge.humanActs
            };
            if (!edge.goal) {
                this.reach(edge.target, reached, arrival);
            } else if (
                !this.goal ||
                reached < this.goal.length ||
                (reached === this.goal.length && isBetter(arrival, this.goal.arrival))
            ) {
                this.goal = { length: reached, arrival };
            }
        });
    }

    private reach(words: Uint32Array, length: number, arrival: Arrival<Label>): void {
        const state = this.store.add(words);
        if (!this.settled[state]) {
            (this.queue[length] ??= []).push({ state, arrival });
            this.pending++;
        }
    }

    private checkLimits(depth: number): string | undefined {
        const { limits, isCancelled, onProgress } = this.options;
        if (isCancelled?.()) {
            throw new CheckCancelled();
        }
        const states = this.store.size;
        onProgress?.({ states, transitions: this.transitions, depth, queue: this.pending });
        const covered = `every session of up to ${depth} steps was covered`;
        if (states > limits.maxStates) {
            return `more than ${limits.maxStates.toLocaleString('en')} states; ${covered}`;
        }
        if (Date.now() - this.started > limits.timeoutMs) {
            return `more than ${limits.timeoutMs / 1000} seconds; ${covered}`;
        }
        const megabytes = (this.store.bytes + (states + this.pending) * BYTES_PER_ARRIVAL) / 1e6;
        return megabytes > limits.maxMemoryMB ? `more than ${limits.maxMemoryMB} MB; ${covered}` : undefined;
    }

    private result(depth: number, limit: string | undefined): Exploration<Label> {
        const path = this.goal && labelsTo(this.goal.arrival);
        return {
            ...(path && { path }),
            states: this.store.size,
            transitions: this.transitions,
            depth,
            exhausted: limit === undefined && !this.goal && this.pending === 0,
            ...(limit !== undefined && { limit })
        };
    }
}

/** M23 for sessions of one length: fewer human acts, then declaration order, outcomes, texts, each over the session. */
function isBetter(a: Arrival<unknown>, b: Arrival<unknown>): boolean {
    if (a.humanActs !== b.humanActs) {
        return a.humanActs < b.humanActs;
    }
    const [left, right] = [stepsTo(a), stepsTo(b)];
    for (const key of ['declaration', 'outcome', 'text'] as const) {
        for (let i = 0; i < left.length; i++) {
            const difference = left[i]![key] - right[i]![key];
            if (difference !== 0) {
                return difference < 0;
            }
        }
    }
    return false;
}

function stepsTo(arrival: Arrival<unknown>): Step[] {
    const edges: (readonly Step[])[] = [];
    for (let at: Arrival<unknown> | undefined = arrival; at; at = at.parent) {
        edges.push(at.steps);
    }
    return edges.reverse().flat();
}

function labelsTo<Label>(arrival: Arrival<Label>): Label[] {
    const labels: Label[] = [];
    for (let at: Arrival<Label> | undefined = arrival; at; at = at.parent) {
        if (at.label !== undefined) {
            labels.push(at.label);
        }
    }
    return labels.reverse();
}
