/**
 * Breadth-first search over concrete sessions, by the steps of M23. Waiting is free: from each state every step is
 * tried now and after each of the waits that matter. A state that was already reached is not expanded again.
 */
import { advance } from '../../model/advance.js';
import { knowingEnds, LOST } from '../../model/session/known-ends.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { SessionState } from '../../model/session/session.js';
import type { Act } from '../traces/steps.js';
import type { Exploration, ExploreOptions } from '../search/breadth-first.js';
import type { Coverage, LevelSearch } from '../search/levels.js';
import { byLevels } from '../search/levels.js';
import { LimitMet, spend } from '../limits/budget.js';
import { UNITS } from '../limits/units.js';
import type { Resumable } from '../limits/resumable.js';
import type { SessionStart } from '../traces/replay.js';
import type { ClockChanges } from './clock.js';
import type { Bounds, EventCounts } from './bounds.js';
import type { StepJudge } from './judge.js';
import type { StateKey, Keys } from './key.js';
import type { Move, Moves } from './moves.js';
import type { Symmetry } from './symmetry.js';
import { waitsFrom } from './waits.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

/** The maximum number of states and steps for one claim: about a second of work. */
export interface BoundedLimits {
    readonly states: number;
    readonly transitions: number;
    /** False if no two states are merged, for comparison in tests. */
    readonly merges?: boolean;
}

export function usualLimits(): BoundedLimits {
    return { states: limitOf('concreteStates'), transitions: limitOf('concreteSteps') };
}

const CHECK_EVERY = 32;
/** The number of transitions between two pauses; each takes as long as many in the finite system. */
const PAUSE_EVERY = 100;

/** A session that reaches the goal. */
export interface BoundedPath {
    readonly start: SessionStart;
    readonly acts: readonly { readonly act: Act; readonly time: number }[];
    /** The second at which the goal holds. */
    readonly end: number;
}

export interface BoundedSystem {
    readonly policy: Policy;
    readonly question: Question;
    readonly starts: readonly { readonly start: SessionStart; readonly session: SessionState }[];
    readonly moves: Moves;
    readonly keys: Keys;
    readonly judge: StepJudge;
    readonly bounds: Bounds;
    readonly symmetry: Symmetry;
    readonly clock: ClockChanges;
    /** The windows that matter, in seconds. */
    readonly windows: readonly number[];
    /** Called for each step that is tried, and each state that is reached. */
    readonly watch?: {
        readonly step: (before: SessionState, move: Move) => void;
        readonly state: (session: SessionState) => void;
    };
}

/** The path to a state, and the data of the search in addition to its session. */
interface Arrival {
    readonly start: SessionStart;
    readonly parent: Node | undefined;
    readonly act: Act | undefined;
    /** For a `possible`, the number of completed steps and the second of the first. */
    readonly progress: number;
    readonly first: number | undefined;
    readonly focus: number | undefined;
    readonly counted: EventCounts;
    readonly humanActs: number;
}

interface Node extends Arrival {
    readonly session: SessionState;
    readonly keyed: StateKey;
}

/** The steps from a state, with the human acts and the time of the session to it. */
interface Tried {
    readonly humanActs: number;
    readonly time: number;
    readonly steps: number;
}

/** The goal is reached after the act, or without an act at the second `end`. */
interface Goal {
    readonly node: Node;
    readonly act: Act | undefined;
    readonly end: number;
    readonly humanActs: number;
}

export class BoundedSearch implements LevelSearch<Node> {
    /** The bounds that the search has met. */
    readonly scopes = new Set<NamedScope>();
    /** The largest number of steps of a `possible` that was completed. */
    furthest = 0;
    /** The states, by key, from which every step was tried. */
    private readonly tried = new Map<string, Tried>();
    private readonly seen = new Map<string, { readonly depth: number; readonly index: number; humanActs: number }>();
    transitions = 0;
    readonly pauseEvery = PAUSE_EVERY;
    readonly judgesWhenExpanded: boolean;
    readonly isOfScope = true;
    private expanded = 0;
    private goal: Goal | undefined;
    /** The nodes of the length that is being expanded, and of the next one. */
    private current: Node[] = [];
    private next: Node[] = [];

    constructor(
        private readonly system: BoundedSystem,
        private readonly limits: BoundedLimits,
        private readonly options: ExploreOptions
    ) {
        this.judgesWhenExpanded = system.question.goal === 'state';
    }

    *run(): Resumable<Exploration<never> & { readonly session?: BoundedPath }> {
        for (const { start, session } of this.system.starts) {
            const { none } = this.system.bounds;
            const arrival = { start, parent: undefined, act: undefined, focus: undefined, counted: none };
            this.arrive(this.next, 0, session, { ...arrival, progress: 0, first: undefined, humanActs: 0 });
        }
        return this.result(yield* byLevels(this));
    }

    level(): readonly Node[] | undefined {
        if (this.goal || this.next.length === 0) {
            return undefined;
        }
        this.current = this.next;
        this.next = [];
        return this.current;
    }

    expand(node: Node, depth: number): void {
        const { policy, judge, windows, watch } = this.system;
        const { session, keyed } = node;
        const waits =
            node.focus === undefined ? waitsFrom(keyed.places, windows, session.time) : { instants: [], isCut: false };
        if (waits.isCut) {
            this.scopes.add('only the next moment at which a window ends is waited for (times)');
        }
        const turns = node.focus === undefined ? this.turnsOf(session) : [];
        for (const instant of new Set([session.time, ...waits.instants, ...turns])) {
            if (!this.mayImprove({ humanActs: node.humanActs, end: instant })) {
                continue;
            }
            const now = instant === session.time ? session : advance(policy, session, { kind: 'time', to: instant });
            const known = knowingEnds(policy, now, () => LOST);
            if (judge.isBrokenIn(known)) {
                this.reach({ node, act: undefined, end: instant, humanActs: node.humanActs });
                return;
            }
            judge.note(known);
            watch?.state(known);
            const text = now === session ? keyed.text : this.keyOf(now, node).text;
            const before = this.triedFrom(text, node.humanActs, now.time);
            if (before) {
                this.count(before.steps);
                continue;
            }
            const isUsable = (chosen: object | undefined): boolean =>
                this.system.symmetry.isUsable(chosen, keyed.fresh);
            let steps = 0;
            for (const move of this.system.moves.from(now, node.focus, isUsable)) {
                spend(UNITS.sessionStep);
                steps++;
                this.take(node, now, known, move, depth);
                this.count(1);
            }
            this.tried.set(text, { humanActs: node.humanActs, time: now.time, steps });
        }
    }

    /** The seconds of the session at which the clock reaches a boundary of some condition. */
    private turnsOf({ epoch, time }: SessionState): number[] {
        return epoch === undefined ? [] : this.system.clock.after(epoch + time).map((instant) => instant - epoch);
    }

    /** @param known the state before the move, in which its running calls have no known end */
    private take(node: Node, now: SessionState, known: SessionState, move: Move, depth: number): void {
        const { judge, question, bounds, watch } = this.system;
        watch?.step(known, move);
        const isHuman = move.act.kind === 'approve' || move.act.kind === 'refuse';
        const humanActs = node.humanActs + (isHuman ? 1 : 0);
        if (judge.isBrokenBy(known, move)) {
            this.reach({ node, act: move.act, end: now.time, humanActs });
            return;
        }
        const isAnew = move.act.kind === 'new session';
        const counted = isAnew ? bounds.afterSession(node.counted) : bounds.after(node.counted, move.event);
        if (!counted) {
            return;
        }
        // The end of a call does not count as a step (M23).
        const [level, at] = move.act.kind === 'end' ? [this.current, depth] : [this.next, depth + 1];
        const go = (progress: number, first: number | undefined): void => {
            // A longer session does not matter once one was found.
            if (!this.goal || level === this.current) {
                this.arrive(level, at, move.after, {
                    start: node.start,
                    parent: { ...node, session: now },
                    act: move.act,
                    progress,
                    first,
                    focus: move.focus,
                    counted,
                    humanActs
                });
            }
        };
        if (isAnew) {
            go(0, undefined);
            return;
        }
        const first = node.first ?? now.time;
        const window = question.goal === 'work' ? question.window : undefined;
        const completes =
            judge.completes(node.progress, move, now) && (window === undefined || now.time - first <= window);
        if (completes && question.goal === 'work' && node.progress + 1 === question.steps.length) {
            this.reach({ node, act: move.act, end: now.time, humanActs });
            return;
        }
        if (completes) {
            go(node.progress + 1, first);
        }
        if (!completes || window !== undefined) {
            // If the steps have a window, a session with a later first step may be better.
            go(node.progress, node.first);
        }
    }

    private arrive(level: Node[], depth: number, session: SessionState, arrival: Arrival): void {
        const { progress, humanActs } = arrival;
        const keyed = this.keyOf(session, arrival);
        this.furthest = Math.max(this.furthest, progress);
        const text = this.limits.merges === false ? String(this.seen.size) : keyed.text;
        const known = this.seen.get(text);
        const node = { ...arrival, session, keyed };
        if (!known) {
            this.seen.set(text, { depth, index: level.push(node) - 1, humanActs });
        } else if (known.depth === depth && humanActs < known.humanActs) {
            level[known.index] = node;
            known.humanActs = humanActs;
        }
    }

    private keyOf(session: SessionState, { progress, first, focus, counted }: Arrival): StateKey {
        const { epoch, time } = session;
        const clock = epoch === undefined ? undefined : this.system.clock.key(epoch + time);
        const more = [progress, first === undefined ? {} : { time: first }, focus !== undefined, counted, clock];
        return this.system.keys.of(session, more);
    }

    /**
     * The steps that were tried from the same state before, if the session that led to it then was at least as short, with
     * at most as many human acts and as much time. Many waits lead to the same state, and its steps need not be repeated.
     */
    private triedFrom(text: string, humanActs: number, time: number): Tried | undefined {
        const known = this.limits.merges === false ? undefined : this.tried.get(text);
        return known && known.humanActs <= humanActs && known.time <= time ? known : undefined;
    }

    /** Counts steps. Those that need not be tried again count too, so that a limit covers the same sessions. */
    private count(steps: number): void {
        const most = this.mostTransitions;
        this.transitions = Math.min(this.transitions + steps, most + 1);
        if (this.transitions > most) {
            throw new LimitMet(`more than ${most.toLocaleString('en')} steps tried`);
        }
    }

    /**
     * Compares sessions of one length (M23): fewer human acts, then least time; ties go to the one found first. Both
     * only grow along a session, so this also tells whether a continuation of this session may be better.
     */
    private mayImprove({ humanActs, end }: Pick<Goal, 'humanActs' | 'end'>): boolean {
        const { goal: best } = this;
        return !best || humanActs < best.humanActs || (humanActs === best.humanActs && end < best.end);
    }

    private reach(goal: Goal): void {
        if (this.mayImprove(goal)) {
            this.goal = goal;
        }
    }

    private get mostTransitions(): number {
        return Math.min(this.limits.transitions, this.options.limits.maxTransitions ?? Infinity);
    }

    checkLimits(depth: number): void {
        const { onProgress, limits } = this.options;
        const states = this.seen.size;
        if (this.expanded++ % CHECK_EVERY === 0) {
            const queue = this.current.length + this.next.length;
            onProgress?.({ states, transitions: this.transitions, depth, queue });
        }
        const most = Math.min(this.limits.states, limits.maxStates);
        if (states > most) {
            throw new LimitMet(`more than ${most.toLocaleString('en')} states`);
        }
    }

    private result({ depth, limit, covered }: Coverage): Exploration<never> & { readonly session?: BoundedPath } {
        const { goal } = this;
        return {
            ...(goal && { session: pathTo(goal) }),
            states: this.seen.size,
            transitions: this.transitions,
            depth,
            exhausted: limit === undefined && !goal,
            // A limit does not matter once a session was found.
            ...(limit !== undefined && !goal && { limit }),
            ...(covered && !goal && { covered })
        };
    }
}

function pathTo({ node, act, end }: Goal): BoundedPath {
    const acts = act ? [{ act, time: end }] : [];
    for (let at: Node | undefined = node; at; at = at.parent) {
        if (at.act && at.parent) {
            acts.push({ act: at.act, time: at.parent.session.time });
        }
    }
    return { start: node.start, acts: acts.reverse(), end };
}
