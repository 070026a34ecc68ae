/**
 * Generated code: for each kind of step, a function that writes the successors of a state by steps of that kind. Field
 * tests and updates are compiled to constants and masks, and a test that several moves start with is made once.
 */
import type { Possible } from './branching.js';
import { Branching, STATE } from './branching.js';
import type { Diagram, Diagrams } from './diagrams.js';
import type { Layout } from './layout.js';
import type { StepList, TabledSystem, TableStep } from './steps.js';
import { PROGRESS } from './steps.js';
import type { Code, WasmFunction } from './wasm.js';
import { global, I32, i32, I64, i64, local, when } from './wasm.js';

/** The counters that the code keeps in the module's global variables. */
export interface Counters {
    /** Counts the goals at the ends of steps (i64). */
    readonly goals: number;
    /** Counts the steps in addition to those whose targets are written (i64). */
    readonly unwritten: number;
    /** Holds the flags `JUDGED` and `TRIGGERED` (i32). */
    readonly flags: number;
}

export const JUDGED = 1;
export const TRIGGERED = 2;

/** Steps of one length with the same number of human acts. */
export interface StepKind {
    readonly length: number;
    readonly humanActs: number;
}

/** A move, with the number of moves that do the same in every state. */
interface Move {
    readonly root: Diagram;
    readonly times: number;
}

const END = 1;
const TARGET = 2;

export class Emitter {
    private readonly diagrams: Diagrams;
    private readonly branching: Branching;
    /** The lists of steps, restricted to the current kind. */
    private lists: StepList[] = [];

    constructor(
        private readonly system: TabledSystem,
        private readonly layout: Layout,
        private readonly counters: Counters
    ) {
        this.diagrams = system.diagrams;
        this.branching = new Branching(system.diagrams, layout);
    }

    /** The kinds of steps, shortest first: there is one function for each. */
    get kinds(): StepKind[] {
        const all = new Map([['1 0', { length: 1, humanActs: 0 }]]);
        for (const { length, humanActs } of this.system.lists.flatMap(({ steps }) => steps)) {
            all.set(`${length} ${humanActs}`, { length, humanActs });
        }
        return [...all.values()].sort((a, b) => a.length - b.length || a.humanActs - b.humanActs);
    }

    /** The maximum number of targets of a state by steps of one kind. */
    get most(): number {
        return this.system.moves.reduce((sum, root) => {
            const lists = [...this.diagrams.valuesIn(root)].map((list) => this.system.lists[list]!);
            return sum + Math.max(0, ...lists.map(({ steps }) => steps.length));
        }, 0);
    }

    /** `(state: i64, to: i32) -> i32`: writes targets from `to` on and returns their end. */
    expand(index: number): WasmFunction {
        const kind = this.kinds[index]!;
        const isFirst = index === 0;
        this.lists = [];
        const numbers = new Map<string, number>();
        const numberOf = (list: StepList): number => {
            const key = JSON.stringify(list);
            if (!numbers.has(key)) {
                numbers.set(key, this.lists.push(list) - 1);
            }
            return numbers.get(key)!;
        };
        const ofKind = (list: number): number => {
            const { steps, judged } = this.system.lists[list]!;
            return numberOf({
                steps: steps.filter(({ length, humanActs }) => length === kind.length && humanActs === kind.humanActs),
                judged: judged && isFirst
            });
        };
        const none = this.diagrams.constant(numberOf({ steps: [], judged: false }));
        const times = new Map<Diagram, number>();
        for (const move of this.system.moves) {
            const root = this.diagrams.map(move, ofKind);
            if (root !== none) {
                times.set(root, (times.get(root) ?? 0) + 1);
            }
        }
        const moves = [...times].map(([root, count]): Move => ({ root, times: count }));
        const { broken, triggered } = this.system;
        const body = [
            ...(triggered !== undefined && isFirst ? [this.noteTriggered(triggered)] : []),
            this.moves(moves, new Map(), none)
        ];
        return {
            name: `expand${index}`,
            params: [I64, I32],
            results: [I32],
            locals: [I64],
            body: [
                broken === undefined
                    ? body
                    : this.branching.decide(broken, new Map(), (value) => (value === 1 ? [] : body)),
                local.get(END)
            ]
        };
    }

    /** `(state: i64) -> i32`: true if the state itself is a goal. */
    isGoal(): WasmFunction {
        const { broken = this.diagrams.constant(0) } = this.system;
        return {
            name: 'isGoal',
            params: [I64],
            results: [I32],
            locals: [],
            body: this.branching.value(broken, (value) => i32.const(value), I32)
        };
    }

    private noteTriggered(triggered: Diagram): Code {
        return when(
            i32.eqz(i32.and(global.get(this.counters.flags), i32.const(TRIGGERED))),
            when(
                this.branching.value(triggered, (value) => i32.const(value), I32),
                this.setFlag(TRIGGERED)
            )
        );
    }

    private setFlag(flag: number): Code {
        const { flags } = this.counters;
        return global.set(flags, i32.or(global.get(flags), i32.const(flag)));
    }

    /** Moves that start with the same guard are grouped under it. */
    private moves(moves: readonly Move[], possible: Possible, none: Diagram): Code {
        const guards = new Map<string, { field: number; open: Set<number>; moves: Move[] }>();
        const rest: Move[] = [];
        for (const move of moves) {
            if (this.diagrams.valueOf(move.root) !== undefined) {
                rest.push(move);
                continue;
            }
            const { field, children } = this.diagrams.asks(move.root);
            const open = children.flatMap((child, value) => (child === none ? [] : [value]));
            if (open.length === children.length || new Set(open.map((value) => children[value])).size > 1) {
                rest.push(move);
                continue;
            }
            const key = `${field}:${open.join()}`;
            const guard = guards.get(key) ?? { field, open: new Set(open), moves: [] };
            guard.moves.push({ root: children[open[0]!]!, times: move.times });
            guards.set(key, guard);
        }
        return [
            ...[...guards.values()].map(({ field, open, moves: inner }) =>
                when(
                    this.branching.isIn(field, open, possible),
                    this.moves(inner, new Map(possible).set(field, open), none)
                )
            ),
            ...rest.map((move) => this.move(move, possible))
        ];
    }

    private move({ root, times }: Move, possible: Possible): Code {
        return this.branching.decide(root, possible, (list, here) => this.steps(this.lists[list]!, times, here));
    }

    private steps({ steps, judged }: StepList, times: number, possible: Possible): Code {
        return [
            ...(judged ? [this.setFlag(JUDGED)] : []),
            ...grouped(steps).map(({ step, count }) =>
                step.goal ? this.goal(count * times) : this.step(step, count * times, possible)
            )
        ];
    }

    private goal(times: number): Code {
        return [this.count(this.counters.goals, times), this.count(this.counters.unwritten, times)];
    }

    private count(counter: number, times: number): Code {
        return global.set(counter, i64.add(global.get(counter), i64.const(BigInt(times))));
    }

    /** A step without a change leads back to its start, and does not count as a step. */
    private step(step: TableStep, times: number, possible: Possible): Code {
        let [clear, set, sum] = [0n, 0n, 0n];
        const parts: Code[] = [];
        let differs = false;
        for (const [field, change] of this.changesOf(step, possible)) {
            const { after, delta } = change;
            const constant = this.diagrams.valueOf(delta);
            if (constant !== undefined) {
                sum += BigInt(constant) << BigInt(this.layout.shifts[field]!);
                differs ||= constant !== 0;
                continue;
            }
            differs ||= !this.diagrams.valuesIn(delta).has(0);
            const value = this.diagrams.valueOf(after);
            if (value === undefined) {
                const shift = BigInt(this.layout.shifts[field]!);
                parts.push(this.branching.value(delta, (by) => i64.const(BigInt(by) << shift), I64, possible));
            } else {
                clear |= this.layout.mask(field);
                set |= this.layout.placed(field, value);
            }
        }
        if (clear === 0n && sum === 0n && parts.length === 0) {
            return [];
        }
        let target = local.get(STATE);
        // If all bits will be set, they need not be cleared first.
        const cleared = clear & ~set;
        target = cleared === 0n ? target : i64.and(target, i64.const(~cleared));
        target = set === 0n ? target : i64.or(target, i64.const(set));
        target = sum === 0n ? target : i64.add(target, i64.const(sum));
        target = parts.reduce((left, right) => i64.add(left, right), target);
        const more = times > 1 ? this.count(this.counters.unwritten, times - 1) : [];
        const write = [i64.store(local.get(END), target), local.set(END, i32.add(local.get(END), i32.const(8))), more];
        if (differs) {
            return write;
        }
        return [
            local.set(TARGET, target),
            when(i64.ne(local.get(TARGET), local.get(STATE)), [
                i64.store(local.get(END), local.get(TARGET)),
                local.set(END, i32.add(local.get(END), i32.const(8))),
                more
            ])
        ];
    }

    /** For each field that may change, the amount added to its number. */
    private changesOf(step: TableStep, possible: Possible): Map<number, { after: Diagram; delta: Diagram }> {
        const minus = this.diagrams.combiner((after, before) => after - before);
        const allows = (field: number, value: number): boolean => possible.get(field)?.has(value) ?? true;
        const changes = new Map<number, { after: Diagram; delta: Diagram }>();
        const add = (field: number, change: Diagram): void => {
            const values = Array.from({ length: this.diagrams.sizes[field]! }, (_, value) =>
                this.diagrams.constant(value)
            );
            const after = this.diagrams.restrict(change, allows);
            const delta = this.diagrams.restrict(minus(change, this.diagrams.choose(field, values)), allows);
            changes.set(field, { after, delta });
        };
        if (step.effect !== undefined) {
            this.system.updates[step.effect]!.forEach((change, field) => change !== undefined && add(field, change));
        }
        if (step.progress !== undefined) {
            add(PROGRESS, this.diagrams.constant(step.progress));
        }
        return changes;
    }
}

/** Merges equal steps, with their number. */
function grouped(steps: readonly TableStep[]): { step: TableStep; count: number }[] {
    const groups = new Map<string, { step: TableStep; count: number }>();
    for (const step of steps) {
        const key = step.goal ? 'goal' : JSON.stringify([step.effect, step.progress]);
        const known = groups.get(key);
        if (known) {
            known.count++;
        } else {
            groups.set(key, { step, count: 1 });
        }
    }
    return [...groups.values()];
}
