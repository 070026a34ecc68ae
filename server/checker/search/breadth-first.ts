/**
 * Breadth-first search of a finite transition system, by the length of sessions: the first goal that it settles ends a
 * shortest session. An edge may represent several steps of a session (the life of a held call), so the frontier is a
 * queue for each length (Dial 1969). Ties are broken as M23 defines, so the result is the same on every machine.
 */
import { Budget, LimitMet, look, poll, spend, within } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import { OPTION_LIMITS } from '../limits/option-limits.js';
import type { Resumable } from '../limits/resumable.js';
import { finished } from '../limits/resumable.js';
import { UNITS } from '../limits/units.js';
import type { Costs, Limits } from '../results/result.js';
import type { FoundSession } from '../traces/found-session.js';
import type { SharedWork } from '../limits/shared-work.js';
import type { Coverage, LevelSearch } from './levels.js';
import { byLevels } from './levels.js';
import type { SearchLog } from './search-log.js';
import { StateStore } from './visited-states.js';
import type { Zone } from './zone.js';

/** A step of a session, encoded as numbers for comparison. */
export interface Step {
    /** The number of the actors and tools, in declaration order. */
    readonly declaration: number;
    /** The outcome: 0 success, 1 error, 2 lost. */
    readonly outcome: number;
    /** The number of the argument class, simplest first. */
    readonly text: number;
}

export interface Edge<Label> {
    readonly label: Label;
    readonly steps: readonly Step[];
    readonly humanActs: number;
    /** The packed state that the edge leads to, and the ages there; they mean nothing for a goal. */
    readonly target: Uint32Array;
    readonly zone?: Zone | undefined;
    readonly goal: boolean;
    /** The kind of a goal, if the search looks for one session of each kind. */
    readonly kind?: string;
}

/** The interface between the search and a system; the search does not depend on policies. */
export interface TransitionSystem<Label> {
    /** The number of 32-bit words in a packed state. */
    readonly width: number;
    initial(): { readonly state: Uint32Array; readonly zone?: Zone | undefined };
    /** True if the system leaves out some sessions. */
    readonly isOfScope?: boolean;
    /** The fewest steps from a state to a goal. */
    readonly stepsToGoal?: 0 | 1;
    /** Emits every edge out of a state with ages in the zone, each exactly once. */
    edges(state: Uint32Array, zone: Zone | undefined, emit: (edge: Edge<Label>) => void): void;
}

export interface ExploreOptions {
    readonly limits: Limits;
    readonly isCancelled?: () => boolean;
    readonly onProgress?: (progress: { states: number; transitions: number; depth: number; queue: number }) => void;
    /**
     * True if a session that is shorter than this one is wanted even if finding it takes another search. Without this
     * function it always is.
     */
    readonly isShortestWanted?: (session: FoundSession) => boolean;
    /** True if only the session is wanted, without its causes. */
    readonly withoutCauses?: true;
    /** If set, the search looks only for sessions with fewer steps, and proves nothing about others. */
    readonly shorterThan?: number;
    /** True if no search with all rules should follow when the search with few rules reaches a limit. */
    readonly isFewEnough?: true;
    /** True if nothing is proved, so that searches decide every claim. */
    readonly withoutProofs?: true;
    /** The work that several claims of a policy share; without it, each claim does the work separately. */
    readonly shared?: SharedWork;
    /** The log that the searches write to; undefined if none was requested. */
    readonly log?: SearchLog;
    /** Called when a limit ends an exact search for the claim, with what its states differ in. */
    readonly onCosts?: (costs: Costs) => void;
    /** Called when a limit ends the search, with states that it has reached, evenly spread and not more than `SAMPLE`. */
    readonly onLimit?: (states: readonly SearchedState[]) => void;
}

/** A packed state, and one of the zones of ages in which it was reached. */
export interface SearchedState {
    readonly state: Uint32Array;
    readonly zone: Zone | undefined;
}

/** The number of states that are looked at after a limit, which takes less than a tenth of a second. */
export const SAMPLE = 10_000;

/** What a piece of work under these options may take. */
export function budgetOf({ limits, isCancelled }: Pick<ExploreOptions, 'limits' | 'isCancelled'>): Budget {
    return new Budget({ milliseconds: limits.timeoutMs, work: workOf(limits) }, isCancelled);
}

/** The work of one question. */
export function workOf({ maxWork, timeoutMs }: Limits): number {
    return maxWork ?? workWithin(limitOf('claimWork'), timeoutMs);
}

/** A limit of work: a longer time-out allows more, and a shorter one ends the work sooner. */
export function workWithin(most: number, timeoutMs: number): number {
    return most * Math.max(1, timeoutMs / OPTION_LIMITS.timeoutMs.most);
}

export interface Exploration<Label> {
    /**
     * The labels along a shortest path to a goal, if one is reachable. If a limit was reached, the path may not be the
     * shortest.
     */
    readonly path?: readonly Label[];
    /** The same for each kind of goal, shortest first, up to the requested number. */
    readonly paths?: readonly (readonly Label[])[];
    readonly states: number;
    readonly transitions: number;
    /** The number of steps of the longest shortest session explored. */
    readonly depth: number;
    /** True if no state was left unexpanded and no limit was reached. */
    readonly exhausted: boolean;
    readonly limit?: string;
    readonly covered?: Coverage['covered'];
    /** True if generated code did the exploration. */
    readonly isCompiled?: true;
}

/** The path to a state or a goal. */
interface Arrival<Label> {
    readonly parent: Arrival<Label> | undefined;
    readonly label: Label | undefined;
    readonly steps: readonly Step[];
    /** The number of steps, and of human acts, in the whole session. */
    readonly length: number;
    readonly humanActs: number;
}

/** @param kinds the number of kinds of goals to find; if it is one, any goal suffices */
export function explore<Label>(
    system: TransitionSystem<Label>,
    options: ExploreOptions,
    kinds = 1
): Exploration<Label> {
    return finished(exploring(system, options, kinds));
}

/** The same search, with pauses. */
export function exploring<Label>(
    system: TransitionSystem<Label>,
    options: ExploreOptions,
    kinds = 1
): Resumable<Exploration<Label>> {
    return within(budgetOf(options), new Search(system, options, kinds).run());
}

interface Goal<Label> {
    readonly length: number;
    readonly arrival: Arrival<Label>;
}

const CHECK_EVERY = 1024;
/** The number of transitions between two pauses. */
const PAUSE_EVERY = 500;
/** The size of an arrival and its place in the queue (measured). */
const BYTES_PER_ARRIVAL = 120;

/** A state with the ages at which it was reached: the unit of expansion. A state without ages has only one node. */
interface Node<Label> {
    readonly state: number;
    readonly zone: Zone | undefined;
    readonly arrival: Arrival<Label>;
}

class Search<Label> implements LevelSearch<Node<Label>> {
    private readonly store: StateStore;
    /** The nodes settled so far, by state. A zone of a state is never part of an earlier zone. */
    private readonly settled: Node<Label>[][] = [];
    /** Nodes reached by sessions of each length, by state; a shorter session may have settled the same node since. */
    private readonly queue: Map<number, Node<Label>[]>[] = [];
    private nodes = 0;
    transitions = 0;
    readonly pauseEvery = PAUSE_EVERY;
    private expanded = 0;
    private pending = 0;
    /** The best session to a goal of each kind. */
    private readonly goals = new Map<string, Goal<Label>>();
    /** The number of steps of the longest session that is continued. */
    private readonly longest: number;

    constructor(
        private readonly system: TransitionSystem<Label>,
        private readonly options: ExploreOptions,
        private readonly kinds: number
    ) {
        this.store = new StateStore(system.width);
        this.longest = (options.shorterThan ?? Infinity) - 1 - (system.stepsToGoal ?? 0);
    }

    *run(): Resumable<Exploration<Label>> {
        const { state, zone } = this.system.initial();
        this.reach(state, zone, 0, { parent: undefined, label: undefined, steps: [], length: 0, humanActs: 0 });
        return this.result(yield* byLevels(this));
    }

    level(length: number): readonly Node<Label>[] | undefined {
        const found = [...this.goals.values()].filter((goal) => goal.length <= length).length;
        return length >= this.queue.length || found >= this.kinds ? undefined : this.settle(length);
    }

    /** The nodes whose shortest sessions have this length, in the order in which their states were first reached. */
    private settle(length: number): Node<Label>[] {
        const level = this.queue[length] ?? new Map<number, Node<Label>[]>();
        this.queue[length] = new Map();
        const nodes: Node<Label>[] = [];
        for (const [state, rivals] of level) {
            this.pending -= rivals.length;
            const fresh = rivals.filter((node) => !this.isSettled(node));
            if (fresh.length > 0) {
                (this.settled[state] ??= []).push(...fresh);
                nodes.push(...fresh);
            }
        }
        this.nodes += nodes.length;
        return nodes;
    }

    /** A zone that is part of an already settled node is dropped: it allows nothing that the settled one does not. */
    private isSettled(node: Node<Label>): boolean {
        return this.settled[node.state]?.some((other) => covers(other, node)) ?? false;
    }

    expand(node: Node<Label>, length: number): void {
        poll();
        const parent = node.arrival;
        const words = this.store.get(node.state).slice();
        this.system.edges(words, node.zone, (edge) => {
            spend(UNITS.transition);
            this.transitions++;
            const reached = length + edge.steps.length;
            const arrival = {
                parent,
                label: edge.label,
                steps: edge.steps,
                length: reached,
                humanActs: parent.humanActs + edge.humanActs
            };
            if (!edge.goal) {
                this.reach(edge.target, edge.zone, reached, arrival);
            } else {
                this.find(this.kinds > 1 ? (edge.kind ?? '') : '', { length: reached, arrival });
            }
        });
    }

    private find(kind: string, goal: Goal<Label>): void {
        const known = this.goals.get(kind);
        if (!known || compareGoals(goal, known) < 0) {
            this.goals.set(kind, goal);
        }
    }

    private reach(words: Uint32Array, zone: Zone | undefined, length: number, arrival: Arrival<Label>): void {
        if (length > this.longest) {
            return;
        }
        const node = { state: this.store.add(words), zone, arrival };
        if (this.isSettled(node)) {
            return;
        }
        const level = (this.queue[length] ??= new Map<number, Node<Label>[]>());
        const rivals = level.get(node.state) ?? [];
        // Among paths of one length to a node, the better one (M23) is kept. Most nodes have many such paths, so the
        // others are dropped immediately.
        if (!rivals.some((other) => covers(other, node) && !isBetter(arrival, other.arrival))) {
            const kept = rivals.filter((other) => !(covers(node, other) && isBetter(arrival, other.arrival)));
            level.set(node.state, [...kept, node]);
            this.pending += kept.length + 1 - rivals.length;
        }
    }

    get isOfScope(): boolean {
        return this.system.isOfScope === true || this.longest !== Infinity;
    }

    checkLimits(depth: number): void {
        const { limits, onProgress } = this.options;
        const states = this.nodes;
        if (this.expanded++ % CHECK_EVERY !== 0 && states <= limits.maxStates) {
            return;
        }
        onProgress?.({ states, transitions: this.transitions, depth, queue: this.pending });
        if (states > limits.maxStates) {
            throw new LimitMet(`more than ${limits.maxStates.toLocaleString('en')} states`);
        }
        if ((this.store.bytes + (states + this.pending) * BYTES_PER_ARRIVAL) / 1e6 > limits.maxMemoryMB) {
            throw new LimitMet(`more than ${limits.maxMemoryMB} MB`);
        }
        look();
    }

    /** The settled states, or as many of them as `SAMPLE`. */
    private *spread(): Iterable<SearchedState> {
        const every = Math.ceil(this.nodes / SAMPLE);
        let index = 0;
        for (const nodes of this.settled) {
            for (const { state, zone } of nodes ?? []) {
                if (index++ % every === 0) {
                    yield { state: this.store.get(state).slice(), zone };
                }
            }
        }
    }

    private result({ depth, limit, covered }: Coverage): Exploration<Label> {
        if (limit !== undefined) {
            this.options.onLimit?.([...this.spread()]);
        }
        const goals = [...this.goals.values()].sort(compareGoals).slice(0, this.kinds);
        const paths = goals.map(({ arrival }) => labelsTo(arrival));
        return {
            ...(paths[0] && { path: paths[0] }),
            paths,
            states: this.nodes,
            transitions: this.transitions,
            depth,
            exhausted:
                limit === undefined && this.longest === Infinity && goals.length < this.kinds && this.pending === 0,
            ...(limit !== undefined && { limit }),
            ...(covered && { covered })
        };
    }
}

/** True if the second node contains all ages of the first. */
function covers(node: Node<unknown>, other: Node<unknown>): boolean {
    return node.zone === undefined || other.zone === undefined || node.zone.includes(other.zone);
}

function compareGoals(a: Goal<unknown>, b: Goal<unknown>): number {
    return a.length - b.length || (isBetter(a.arrival, b.arrival) ? -1 : isBetter(b.arrival, a.arrival) ? 1 : 0);
}

/**
 * Compares sessions of one length as in M23: fewer human acts, then declaration order, outcomes and texts, each over
 * the whole session.
 */
function isBetter(a: Arrival<unknown>, b: Arrival<unknown>): boolean {
    if (a.humanActs !== b.humanActs) {
        return a.humanActs < b.humanActs;
    }
    const [left, right] = stepsSinceParting(a, b);
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

/**
 * The steps of both sessions after their common prefix. This is fast where it matters: in large systems, sessions are
 * long and diverge late.
 */
function stepsSinceParting(a: Arrival<unknown>, b: Arrival<unknown>): readonly [Step[], Step[]] {
    const left: (readonly Step[])[] = [];
    const right: (readonly Step[])[] = [];
    for (let [at, other]: (Arrival<unknown> | undefined)[] = [a, b]; at !== other;) {
        if (at && (!other || at.length >= other.length)) {
            left.push(at.steps);
            at = at.parent;
        } else {
            right.push(other!.steps);
            other = other!.parent;
        }
    }
    return [left.reverse().flat(), right.reverse().flat()];
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
