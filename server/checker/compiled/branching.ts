/** Code that tests the fields of a packed state, following decision diagrams. */
import type { Diagram, Diagrams } from './diagrams.js';
import type { Layout } from './layout.js';
import type { Code, I32, I64 } from './wasm.js';
import { block, branch, either, i32, i64, local, when } from './wasm.js';

/** For each field, the values that it can have here; a field that is not listed can have any value. */
export type Possible = ReadonlyMap<number, ReadonlySet<number>>;

/** The local variable of the state. */
export const STATE = 0;

export class Branching {
    constructor(
        private readonly diagrams: Diagrams,
        private readonly layout: Layout
    ) {}

    /**
     * The actions for the value of a diagram. A part that is reached on several paths occurs only once, and all paths
     * jump to it. Jumps only go forward, so nested blocks suffice.
     */
    decide(root: Diagram, possible: Possible, leaf: (value: number, possible: Possible) => Code): Code {
        const parents = new Map<Diagram, number>();
        for (const at of this.diagrams.within(root)) {
            if (this.diagrams.valueOf(at) === undefined) {
                for (const child of new Set(this.diagrams.asks(at).children)) {
                    parents.set(child, (parents.get(child) ?? 0) + 1);
                }
            }
        }
        const shared = [...parents]
            .filter(([at, count]) => count > 1 && this.diagrams.valueOf(at) === undefined)
            .map(([at]) => at)
            .sort((a, b) => this.diagrams.asks(a).field - this.diagrams.asks(b).field);
        // Inside the code of part i, the label of part j > i is j - i - 1 blocks out, and the end is one block further
        // than the last label.
        const part = (at: Diagram, place: number, depth: number, here: Possible): Code => {
            const target = shared.indexOf(at);
            if (target > place) {
                return branch(target - place - 1 + depth);
            }
            return this.tree(
                at,
                here,
                depth,
                (child, inner, innerDepth) => part(child, place, innerDepth, inner),
                leaf
            );
        };
        let code: Code = [part(root, -1, 0, possible)];
        if (shared.length > 0) {
            code = [code, branch(shared.length)];
        }
        shared.forEach((at, place) => {
            const own = this.tree(at, possible, 0, (child, inner, depth) => part(child, place, depth, inner), leaf);
            code = [block(code), own, ...(place < shared.length - 1 ? [branch(shared.length - place - 1)] : [])];
        });
        return shared.length > 0 ? block(code) : code;
    }

    /** Generates one test and the code for each outcome. */
    private tree(
        at: Diagram,
        possible: Possible,
        depth: number,
        next: (child: Diagram, possible: Possible, depth: number) => Code,
        leaf: (value: number, possible: Possible) => Code
    ): Code {
        const value = this.diagrams.valueOf(at);
        if (value !== undefined) {
            return leaf(value, possible);
        }
        const { field, children } = this.diagrams.asks(at);
        const classes = new Map<Diagram, Set<number>>();
        children.forEach((child, number) => {
            if (possible.get(field)?.has(number) ?? true) {
                classes.set(child, (classes.get(child) ?? new Set()).add(number));
            }
        });
        // The largest class is the default after all other tests.
        const [last, ...others] = [...classes].sort((a, b) => b[1].size - a[1].size);
        const from = (index: number, inner: number): Code => {
            const [child, values] = others[index] ?? last!;
            const here = new Map(possible).set(field, values);
            return index >= others.length
                ? next(child, here, inner)
                : when(this.isIn(field, values, possible), next(child, here, inner + 1), from(index + 1, inner + 1));
        };
        return from(0, depth);
    }

    /** The value of a diagram as a value on the WebAssembly stack. */
    value(
        at: Diagram,
        code: (value: number) => Code,
        type: typeof I32 | typeof I64,
        possible: Possible = new Map()
    ): Code {
        const value = this.diagrams.valueOf(at);
        if (value !== undefined) {
            return code(value);
        }
        const { field, children } = this.diagrams.asks(at);
        const classes = new Map<Diagram, Set<number>>();
        children.forEach((child, number) => {
            if (possible.get(field)?.has(number) ?? true) {
                classes.set(child, (classes.get(child) ?? new Set()).add(number));
            }
        });
        const [last, ...others] = [...classes].sort((a, b) => b[1].size - a[1].size);
        return others.reduceRight(
            (rest, [child, values]) =>
                either(type, this.isIn(field, values, possible), this.value(child, code, type, possible), rest),
            this.value(last![0], code, type, possible)
        );
    }

    /** Generates code that tests if the field has one of these values, given the possible values. */
    isIn(field: number, values: ReadonlySet<number>, possible: Possible): Code {
        const size = this.diagrams.sizes[field]!;
        const open = [...(possible.get(field) ?? Array(size).keys())];
        const others = open.filter((value) => !values.has(value));
        const mask = i64.const(this.layout.mask(field));
        const bits = i64.and(local.get(STATE), mask);
        const equals = (value: number): Code =>
            value === 0 ? i64.eqz(bits) : i64.eq(bits, i64.const(this.layout.placed(field, value)));
        if (values.size === 1) {
            return equals([...values][0]!);
        }
        if (others.length === 1) {
            return i32.eqz(equals(others[0]!));
        }
        if (size <= 64) {
            const number = i64.shrU(bits, i64.const(BigInt(this.layout.shifts[field]!)));
            const table = [...values].reduce((all, value) => all | (1n << BigInt(value)), 0n);
            return i32.wrap(i64.and(i64.shrU(i64.const(table), number), i64.const(1n)));
        }
        return rangesOf(values)
            .map(([from, to]) =>
                i64.leU(
                    i64.sub(bits, i64.const(this.layout.placed(field, from))),
                    i64.const(this.layout.placed(field, to - from))
                )
            )
            .reduce((left, right) => i32.or(left, right));
    }
}

/** The runs of consecutive numbers in the set. */
function rangesOf(values: ReadonlySet<number>): [number, number][] {
    const ranges: [number, number][] = [];
    for (const value of [...values].sort((a, b) => a - b)) {
        const last = ranges.at(-1);
        if (last && last[1] === value - 1) {
            last[1] = value;
        } else {
            ranges.push([value, value]);
        }
    }
    return ranges;
}
