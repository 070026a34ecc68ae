/**
 * Zones: sets of ages of history places, as difference-bound matrices (Dill 1989; Bengtsson and Yi, "Timed Automata:
 * Semantics, Algorithms and Tools", 2004). A clock is the age of a time that a monitor stores. Only ages that exist
 * have a clock, so the matrix stays small. Ages are whole seconds and every bound is inclusive, so integers suffice.
 * They are stored as floating-point numbers, because sums of amounts (`sums/`) exceed 32 bits. The arrays are plain
 * ones, because creating a typed array for so few numbers takes several times as long.
 */
import { spend } from '../limits/budget.js';
import { UNITS } from '../limits/units.js';
const UNBOUNDED = Infinity;

export class Zone {
    /**
     * @param clocks the registers whose ages are bounded, ascending @param bounds row i, column j: an upper bound of
     * clock i - clock j; index 0 is the constant zero
     */
    private constructor(
        readonly clocks: readonly number[],
        private readonly bounds: number[],
        /** The possible sums of the same state, for any ages (`system/summing.ts`). */
        readonly sums?: Zone
    ) {}

    /** The same ages, with these sums. */
    withSums(sums: Zone): Zone {
        return new Zone(this.clocks, this.bounds, sums);
    }

    /** The zone at the start of a session: these registers hold second 0, and any time may have passed. */
    static atStart(clocks: readonly number[]): Zone {
        const zone = new Zone(clocks, Array<number>((clocks.length + 1) ** 2).fill(0));
        return zone.later();
    }

    /** @param boundOf the maximum of the first register minus the second; undefined stands for the constant 0 */
    static from(
        clocks: readonly number[],
        boundOf: (first: number | undefined, second: number | undefined) => number
    ): Zone {
        const registers = [undefined, ...clocks];
        return Zone.by(clocks, (first, second) => boundOf(registers[first], registers[second]));
    }

    /** The same by position: position 0 is the constant 0, and the k-th clock has position k + 1. */
    static by(clocks: readonly number[], boundOf: (first: number, second: number) => number): Zone {
        const size = clocks.length + 1;
        const bounds: number[] = [];
        for (let row = 0; row < size; row++) {
            for (let column = 0; column < size; column++) {
                bounds.push(boundOf(row, column));
            }
        }
        return new Zone(clocks, bounds);
    }

    /** The maximum of the first register minus the second; undefined stands for the constant 0. */
    bound(first: number | undefined, second: number | undefined): number {
        return this.at(this.place(first), this.place(second));
    }

    /** The same bound by position. */
    at(first: number, second: number): number {
        return this.bounds[first * (this.clocks.length + 1) + second]!;
    }

    place(register: number | undefined): number {
        return register === undefined ? 0 : this.clocks.indexOf(register) + 1;
    }

    /** The zone of all possible ages. */
    static of(clocks: readonly number[]): Zone {
        const size = clocks.length + 1;
        const bounds = Array<number>(size * size).fill(UNBOUNDED);
        for (let i = 0; i < size; i++) {
            bounds[i] = 0;
            bounds[i * size + i] = 0;
        }
        return new Zone(clocks, bounds);
    }

    /** The part in which the register is at most `window` seconds old, or older; undefined if it is empty. */
    restricted(register: number, window: number, young: boolean): Zone | undefined {
        const clock = this.clocks.indexOf(register) + 1;
        return young ? this.tightened(clock, 0, window) : this.tightened(0, clock, -(window + 1));
    }

    /** The zone with another bound; undefined if it is empty. */
    private tightened(row: number, column: number, bound: number): Zone | undefined {
        spend(UNITS.bound);
        const size = this.clocks.length + 1;
        if (bound >= this.bounds[row * size + column]!) {
            return this;
        }
        const bounds = this.bounds.slice();
        // Only paths through the new bound can become tighter.
        if (bound + bounds[column * size + row]! < 0) {
            return undefined;
        }
        for (let i = 0; i < size; i++) {
            const toRow = bounds[i * size + row]!;
            if (toRow >= UNBOUNDED) {
                continue;
            }
            for (let j = 0; j < size; j++) {
                const fromColumn = this.bounds[column * size + j]!;
                if (fromColumn < UNBOUNDED) {
                    const sum = toRow + bound + fromColumn;
                    if (sum < bounds[i * size + j]!) {
                        bounds[i * size + j] = sum;
                    }
                }
            }
        }
        return new Zone(this.clocks, bounds);
    }

    /**
     * The zone after an event that moves the registers at once: `sources[k]` is the source of the time of the k-th of
     * `clocks`, either a register before the event, or `undefined` for the event itself.
     */
    moved(clocks: readonly number[], sources: readonly (number | undefined)[]): Zone {
        const from = [0, ...sources.map((source) => (source === undefined ? 0 : this.clocks.indexOf(source) + 1))];
        const size = clocks.length + 1;
        const old = this.clocks.length + 1;
        const bounds: number[] = [];
        for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
                bounds.push(this.bounds[from[i]! * old + from[j]!]!);
            }
        }
        return new Zone(clocks, bounds);
    }

    /** The zone after any time has passed. */
    later(): Zone {
        const size = this.clocks.length + 1;
        const bounds = this.bounds.slice();
        for (let i = 1; i < size; i++) {
            bounds[i * size] = UNBOUNDED;
        }
        return new Zone(this.clocks, bounds);
    }

    /** The zone at any earlier time, if nothing has happened since. */
    earlier(): Zone {
        const size = this.clocks.length + 1;
        const bounds = this.bounds.slice();
        for (let j = 1; j < size; j++) {
            // An age was never negative, nor larger than a younger age allows.
            bounds[j] = 0;
            for (let i = 1; i < size; i++) {
                bounds[j] = Math.min(bounds[j]!, bounds[i * size + j]!);
            }
        }
        return new Zone(this.clocks, bounds);
    }

    /**
     * The ages of these registers before an event after which they are in this zone; undefined if there are none.
     * `sourceOf` gives the source of a register's time, as for `moved`.
     */
    unmoved(clocks: readonly number[], sourceOf: (register: number) => number | undefined): Zone | undefined {
        const before = Zone.of(clocks);
        const size = clocks.length + 1;
        const from = [
            0,
            ...this.clocks.map(sourceOf).map((source) => (source === undefined ? 0 : clocks.indexOf(source) + 1))
        ];
        for (let i = 0; i < from.length; i++) {
            for (let j = 0; j < from.length; j++) {
                const at = from[i]! * size + from[j]!;
                before.bounds[at] = Math.min(before.bounds[at]!, this.bounds[i * from.length + j]!);
            }
        }
        return before.closed();
    }

    /** The intersection, over the same registers; undefined if it is empty. */
    intersected(other: Zone): Zone | undefined {
        return new Zone(
            this.clocks,
            this.bounds.map((bound, at) => Math.min(bound, other.bounds[at]!))
        ).closed();
    }

    /** The part outside the other zone, over the same registers, as disjoint zones. */
    without(other: Zone): Zone[] {
        const size = this.clocks.length + 1;
        const parts: Zone[] = [];
        let rest: Zone | undefined = new Zone(this.clocks, this.bounds);
        for (let i = 0; i < size && rest; i++) {
            for (let j = 0; j < size && rest; j++) {
                const bound = other.bounds[i * size + j]!;
                if (bound < rest.bounds[i * size + j]!) {
                    const outside = rest.tightened(j, i, -(bound + 1));
                    if (outside) {
                        parts.push(outside);
                    }
                    rest = rest.tightened(i, j, bound);
                }
            }
        }
        return parts;
    }

    /** The bounds of the zone: the maximum of the first age minus the second; undefined stands for the constant 0. */
    differences(): { readonly of: number | undefined; readonly to: number | undefined; readonly most: number }[] {
        const registers = [undefined, ...this.clocks];
        return registers.flatMap((of, i) =>
            registers.flatMap((to, j) => {
                const most = this.bounds[i * registers.length + j]!;
                return i === j || most >= UNBOUNDED ? [] : [{ of, to, most }];
            })
        );
    }

    private closed(): Zone | undefined {
        const size = this.clocks.length + 1;
        const bounds = this.bounds.slice();
        close(bounds, size);
        return Array.from({ length: size }, (_, i) => bounds[i * size + i]!).some((bound) => bound < 0)
            ? undefined
            : new Zone(this.clocks, bounds);
    }

    /** The registers that can still be within their windows; the others never will be again. */
    stillYoung(windowOf: (register: number) => number): number[] {
        return this.clocks.filter((register, index) => -this.bounds[index + 1]! <= windowOf(register));
    }

    /**
     * Merges ages beyond every constant that they are compared with, because they are equivalent (Alur and Dill 1994;
     * the extrapolation with one constant for each clock). This makes the number of zones finite, and adds nothing that
     * a condition could distinguish.
     */
    extrapolated(windowOf: (register: number) => number): Zone {
        const size = this.clocks.length + 1;
        const most = [0, ...this.clocks.map((register) => windowOf(register) + 1)];
        const bounds = this.bounds.slice();
        let changed = false;
        for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
                const at = i * size + j;
                const bound = bounds[at]!;
                if (i === j || bound >= UNBOUNDED) {
                    continue;
                }
                if (i > 0 && bound > most[i]!) {
                    bounds[at] = UNBOUNDED;
                    changed = true;
                } else if (bound < -most[j]!) {
                    bounds[at] = -most[j]!;
                    changed = true;
                }
            }
        }
        if (changed) {
            close(bounds, size);
        }
        return new Zone(this.clocks, bounds);
    }

    /** True if the other zone is part of this one; both have the same registers. */
    includes(other: Zone): boolean {
        if (this.sums && other.sums && !this.sums.includes(other.sums)) {
            return false;
        }
        for (let i = 0; i < this.bounds.length; i++) {
            if (other.bounds[i]! > this.bounds[i]!) {
                return false;
            }
        }
        return true;
    }
}

/** Makes every bound as tight as the others imply (Floyd-Warshall). */
function close(bounds: number[], size: number): void {
    for (let k = 0; k < size; k++) {
        for (let i = 0; i < size; i++) {
            const first = bounds[i * size + k]!;
            if (first >= UNBOUNDED) {
                continue;
            }
            for (let j = 0; j < size; j++) {
                const second = bounds[k * size + j]!;
                if (second < UNBOUNDED && first + second < bounds[i * size + j]!) {
                    bounds[i * size + j] = first + second;
                }
            }
        }
    }
}
