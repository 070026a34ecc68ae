/**
 * The breadth-first search by generated code, level by level. A level is the set of states whose shortest session has a
 * given length. A state of length n has a predecessor of length n - k by a step of length k, so each level is computed
 * from the levels before it, one for each step length. No state is therefore reached before all shorter paths to it are
 * known, and none is stored twice (Dial 1969, without his queues).
 */
import type { ExploreOptions } from '../search/breadth-first.js';
import type { Coverage, LevelSearch } from '../search/levels.js';
import { byLevels } from '../search/levels.js';
import { LimitMet, look, spend } from '../limits/budget.js';
import { UNITS } from '../limits/units.js';
import type { Resumable } from '../limits/resumable.js';
import type { StepKind } from './emit.js';
import { Emitter, JUDGED, TRIGGERED } from './emit.js';
import type { Exports } from './engine.js';
import { BUFFER, bufferSize, COUNTERS, moduleFor, PAGE_BYTES, SLOT_BYTES, STATE_BYTES } from './engine.js';
import type { Layout } from './layout.js';
import { Arena, MAX_PAGES, WASM_PAGE } from './memory.js';
import type { TabledSystem } from './steps.js';
import { instantiate } from './wasm.js';

/** Consecutive states in the memory: the address of the first byte, and the end. */
interface Segment {
    readonly from: number;
    readonly to: number;
}

export interface Outcome {
    /** The length of a shortest session to a goal; undefined if no goal was reached. */
    readonly goal?: number;
    /** The number of states, counted as in `explore`. */
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
    readonly limit?: string;
    readonly covered?: Coverage['covered'];
    readonly judged: boolean;
    readonly triggered: boolean;
}

/** A hash table: its address, its number of slots, and the number of used slots. */
interface Table {
    readonly table: number;
    readonly slots: number;
    readonly used: number;
}

/** The number of states that are expanded between two checks of the limits. */
const SLICE = 1 << 13;
/** The number of bytes allocated at once for states and for pages: few at first, for searches that end early. */
const LEAST_ROOM = 1 << 18;
const MOST_ROOM = 1 << 22;
const LEAST_SLOTS = 1 << 13;
/** The maximum load factor of the hash table. */
const LOAD = 0.6;

/** The states to expand by steps of one length: as many at a time as there is space for their targets. */
interface Round {
    readonly advance: (from: number, to: number) => number;
    at: number;
    readonly to: number;
}

export class GeneratedSearch implements LevelSearch<Round> {
    private readonly wasm: Exports;
    private readonly kinds: readonly StepKind[];
    /** The maximum number of targets in one round of the generated code. */
    private readonly size: number;
    private readonly arena: Arena;
    private readonly levels: Segment[][] = [];
    /** The number of states in completed levels. */
    private states = 0;
    /** The region that is being written. */
    private open: { segments: Segment[]; from: number } = { segments: [], from: 0 };
    private room = LEAST_ROOM;
    /** A round takes as long as many transitions, so the search pauses after each. */
    readonly pauseEvery = 1;
    private start = 0n;
    /** Set once a goal is reached. */
    private reached: Outcome | undefined;

    constructor(
        private readonly system: TabledSystem,
        layout: Layout,
        private readonly options: ExploreOptions,
        readonly isOfScope: boolean
    ) {
        const emitter = new Emitter(system, layout, COUNTERS);
        this.kinds = emitter.kinds;
        this.size = bufferSize(emitter);
        const bottom = BUFFER + this.size * STATE_BYTES;
        const initial = Math.ceil(bottom / WASM_PAGE);
        const bytes = moduleFor(emitter, { initial, maximum: MAX_PAGES });
        this.wasm = instantiate(bytes) as Exports;
        this.arena = new Arena(this.wasm.memory, bottom, options.limits.maxMemoryMB * 1e6);
    }

    /** @param start the packed state at the start of a session */
    *run(start: bigint): Resumable<Outcome> {
        this.start = start;
        const { depth, limit, covered } = yield* byLevels(this);
        if (limit === undefined) {
            return this.reached ?? this.outcome({});
        }
        this.states += statesIn(this.close());
        return this.outcome({ limit, ...(covered && { covered }) }, depth);
    }

    level(length: number): Iterable<Round> | undefined {
        const before = this.states;
        if (length === 0) {
            this.useNewTable();
            this.begin();
            this.visitOnly(this.start);
        }
        this.complete();
        if (this.wasm.goals.value > 0n) {
            this.states = before;
            this.reached = this.found(length, length - 1);
            return undefined;
        }
        if (!this.levels.slice(-this.kinds.at(-1)!.length).some((level) => level.length > 0)) {
            return undefined;
        }
        if (this.system.broken !== undefined && this.find('Goals', length, false).length > 0) {
            this.reached = this.found(length, length);
            return undefined;
        }
        this.wasm.goals.value = 0n;
        this.begin();
        return this.roundsTo(length + 1);
    }

    expand(round: Round): void {
        this.makeRoom();
        const before = this.transitions;
        round.at = round.advance(round.at, Math.min(round.to, round.at + SLICE * STATE_BYTES)) >>> 0;
        spend((this.transitions - before) * UNITS.compiledTransition);
    }

    get transitions(): number {
        return Number(this.wasm.written.value + this.wasm.unwritten.value);
    }

    /**
     * The states of all shortest sessions to a goal, once `run` has found their length: starting from the last level,
     * the states with a step to a goal or to such a state.
     *
     * @returns for a state on sessions of this length, the fewest human acts from there on; undefined for other states
     */
    waysTo(goal: number): (state: bigint, length: number) => number | undefined {
        /** For each length and number of remaining human acts, the set of the states. */
        const sets = Array.from({ length: goal + 1 }, () => new Map<number, Table>());
        for (let length = goal; length >= 0; length--) {
            const found = new Map<number, Segment[]>();
            const note = (humanActs: number, states: Segment[]): void =>
                void found.set(humanActs, [...(found.get(humanActs) ?? []), ...states]);
            this.kinds.forEach(({ length: step, humanActs }, kind) => {
                if (length + step === goal) {
                    note(humanActs, this.find(kind, length, true));
                }
                for (const [following, set] of sets[length + step] ?? []) {
                    this.use(set);
                    note(humanActs + following, this.find(kind, length, false));
                }
            });
            if (length === goal && this.system.broken !== undefined) {
                note(0, this.find('Goals', length, false));
            }
            for (const [humanActs, segments] of found) {
                if (segments.length > 0) {
                    this.useNewTable();
                    this.begin();
                    segments.forEach((segment) => this.visit(segment));
                    this.close();
                    sets[length]!.set(humanActs, this.table());
                }
            }
        }
        return (state, length) => {
            const inOrder = [...(sets[length] ?? [])].sort(([a], [b]) => a - b);
            return inOrder.find(([, set]) => {
                this.use(set);
                return this.wasm.isVisited(state) !== 0;
            })?.[0];
        };
    }

    /** Visits every state that was found, as its lower and upper halves. */
    all(visit: (low: number, high: number) => void): void {
        for (const { from, to } of this.levels.flat()) {
            const halves = new Uint32Array(this.wasm.memory.buffer, from, (to - from) / 4);
            for (let index = 0; index < halves.length; index += 2) {
                visit(halves[index]!, halves[index + 1]!);
            }
        }
    }

    /** States of completed levels, evenly spread, at most this many. */
    sample(most: number): bigint[] {
        const segments = this.levels.flat();
        const every = Math.ceil(statesIn(segments) / most);
        const states: bigint[] = [];
        let next = 0;
        for (const { from, to } of segments) {
            const own = new BigUint64Array(this.wasm.memory.buffer, from, (to - from) / STATE_BYTES);
            for (; next < own.length; next += every) {
                states.push(own[next]!);
            }
            next -= own.length;
        }
        return states;
    }

    /** The transitions out of a state: its targets, each with the step length, and whether some step is a goal. */
    leaving(state: bigint): {
        readonly targets: { readonly length: number; readonly target: bigint }[];
        goal: boolean;
    } {
        const { goals, unwritten } = this.wasm;
        goals.value = 0n;
        const targets = this.kinds.flatMap(({ length }, kind) => {
            const end = this.wasm[`expand${kind}`]!(state, BUFFER) >>> 0;
            const written = new BigUint64Array(this.wasm.memory.buffer, BUFFER, (end - BUFFER) / STATE_BYTES);
            return [...written].map((target) => ({ length, target }));
        });
        const goal = goals.value > 0n || this.wasm.isGoal(state) !== 0;
        // The counters are reset, because these steps are not part of the search.
        [goals.value, unwritten.value] = [0n, 0n];
        return { targets, goal };
    }

    private found(goal: number, expanded: number): Outcome {
        // Steps beyond the goal were not followed; each counts as tried.
        for (let length = 0; length <= expanded; length++) {
            this.kinds.forEach((kind, index) => {
                if (length + kind.length > expanded + (goal > expanded ? 1 : 0)) {
                    this.levels[length]!.forEach(({ from, to }) => this.wasm[`count${index}`]!(from, to));
                }
            });
        }
        if (goal === expanded) {
            const broken = this.find('Goals', goal, false);
            this.wasm.unwritten.value += BigInt(statesIn(broken));
        }
        return this.outcome({ goal }, expanded);
    }

    /** @param last the length of the sessions that were followed, if not all lengths were */
    private outcome(end: Pick<Outcome, 'goal' | 'limit' | 'covered'>, last = this.levels.length): Outcome {
        const { flags } = this.wasm;
        return {
            ...end,
            states: this.states,
            transitions: this.transitions,
            depth: this.levels.reduce(
                (depth, level, length) => (level.length > 0 && length <= last ? length : depth),
                0
            ),
            judged: (flags.value & JUDGED) !== 0,
            triggered: (flags.value & TRIGGERED) !== 0
        };
    }

    /** Completes a level: the states written since `begin`. */
    private complete(): void {
        const level = this.close();
        this.levels.push(level);
        this.states += statesIn(level);
    }

    private visitOnly(state: bigint): void {
        new BigUint64Array(this.wasm.memory.buffer, BUFFER, 1)[0] = state;
        this.makeRoom();
        this.wasm.visit(BUFFER, BUFFER + STATE_BYTES);
    }

    private *roundsTo(length: number): Iterable<Round> {
        for (const [kind, { length: step }] of this.kinds.entries()) {
            const advance = this.wasm[`advance${kind}`]!;
            for (const { from, to } of this.levels[length - step] ?? []) {
                const round = { advance, at: from, to };
                while (round.at < round.to) {
                    yield round;
                }
            }
        }
    }

    /** The states of a level that the function `find…` of the generated code selects, in their own regions. */
    private find(kind: number | 'Goals', length: number, goals: boolean): Segment[] {
        this.begin();
        const find = this.wasm[`find${kind}`]!;
        for (const { from, to } of this.levels[length] ?? []) {
            for (let at = from; at < to;) {
                this.makeRoom();
                look();
                at = find(at, Math.min(to, at + SLICE * STATE_BYTES), goals ? 1 : 0) >>> 0;
            }
        }
        return this.close();
    }

    private visit({ from, to }: Segment): void {
        const most = this.size * STATE_BYTES;
        for (let at = from; at < to; at += most) {
            this.makeRoom();
            this.wasm.visit(at, Math.min(to, at + most));
        }
    }

    checkLimits(depth: number): void {
        const { limits, onProgress } = this.options;
        const { out } = this.wasm;
        const queue = statesIn([...this.open.segments, { from: this.open.from, to: out.value >>> 0 }]);
        const states = this.states + queue;
        onProgress?.({ states, transitions: this.transitions, depth, queue });
        if (states > limits.maxStates) {
            throw new LimitMet(`more than ${limits.maxStates.toLocaleString('en')} states`);
        }
        look();
    }

    private begin(): void {
        this.open = { segments: [], from: this.wasm.out.value >>> 0 };
    }

    private close(): Segment[] {
        const to = this.wasm.out.value >>> 0;
        const { segments, from } = this.open;
        this.open = { segments: [], from: to };
        return to > from ? [...segments, { from, to }] : segments;
    }

    /** Makes room for the maximum that one round of the generated code can need. */
    private makeRoom(): void {
        const { out, outEnd, page, pageEnd, used, usable } = this.wasm;
        if ((outEnd.value >>> 0) - (out.value >>> 0) < this.size * STATE_BYTES) {
            const segments = this.close();
            this.arena.give(out.value >>> 0, (outEnd.value >>> 0) - (out.value >>> 0));
            const bytes = Math.max(this.room, 2 * this.size * STATE_BYTES);
            out.value = this.arena.take(bytes);
            outEnd.value = (out.value >>> 0) + bytes;
            this.room = Math.min(2 * this.room, MOST_ROOM);
            this.open = { segments, from: out.value >>> 0 };
        }
        if ((pageEnd.value >>> 0) - (page.value >>> 0) < this.size * PAGE_BYTES) {
            const bytes = Math.max(this.room, 2 * this.size * PAGE_BYTES);
            this.arena.give(page.value >>> 0, (pageEnd.value >>> 0) - (page.value >>> 0));
            page.value = this.arena.take(bytes);
            pageEnd.value = (page.value >>> 0) + bytes;
        }
        if (used.value > usable.value) {
            this.growTable();
        }
    }

    private growTable(): void {
        const old = this.table();
        this.use(this.newTable(2 * old.slots));
        this.wasm.rehash(old.table, old.table + old.slots * SLOT_BYTES);
        this.wasm.used.value = old.used;
        this.arena.give(old.table, old.slots * SLOT_BYTES);
    }

    private table(): Table {
        const { table, mask, used } = this.wasm;
        return { table: table.value >>> 0, slots: mask.value + 1, used: used.value };
    }

    private newTable(slots: number): Table {
        return { table: this.arena.take(slots * SLOT_BYTES), slots, used: 0 };
    }

    private useNewTable(): Table {
        const table = this.newTable(Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(4 * this.size))));
        this.use(table);
        return table;
    }

    private use({ table, slots, used }: Table): void {
        this.wasm.table.value = table;
        this.wasm.mask.value = slots - 1;
        this.wasm.shift.value = 64n - BigInt(Math.log2(slots));
        this.wasm.used.value = used;
        this.wasm.usable.value = Math.floor(slots * LOAD) - this.size;
    }
}

function statesIn(segments: readonly Segment[]): number {
    return segments.reduce((sum, { from, to }) => sum + (to - from) / STATE_BYTES, 0);
}
