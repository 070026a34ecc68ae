/**
 * Zones: sets of ages of history places, as difference-bound matrices (Dill 1989; Bengtsson and Yi, "Timed Automata:
 * Semantics, Algorithms and Tools", 2004). A clock is the age of a time that a monitor keeps. Only ages that are there
 * have a clock, so the matrix stays small. Ages are whole seconds, and every bound is one that may be reached, so
 * whole numbers do: as floating-point numbers, since sums of amounts (`sums/`) are larger than 32 bits.
 */
const UNBOUNDED = Infinity;

export class Zone {
    /** @param clocks the registers whose ages are bounded, ascending @param bounds row i, column j: clock i - clock j <= it; 0 is zero */
    private constructor(
        readonly clocks: readonly number[],
        private readonly bounds: Float64Array
    ) {}

    /** At the start of a session: these registers hold second 0, and any time may have passed. */
    static atStart(clocks: readonly number[]): Zone {
        const zone = new Zone(clocks, new Float64Array((clocks.length + 1) ** 2));
        return zone.later();
    }

    /** @param boundOf how much the first register is more than the second at most; undefined stands for no age, 0 */
    static from(
        clocks: readonly number[],
        boundOf: (first: number | undefined, second: number | undefined) => number
    ): Zone {
        const registers = [undefined, ...clocks];
        const bounds = registers.flatMap((first) => registers.map((second) => boundOf(first, second)));
        return new Zone(clocks, Float64Array.from(bounds));
    }

    /** How much the first register is more than the second at most; undefined stands for no age, 0. */
    bound(first: number | undefined, second: number | undefined): number {
        const place = (register: number | undefined): number =>
            register === undefined ? 0 : this.clocks.indexOf(register) + 1;
        return this.bounds[place(first) * (this.clocks.length + 1) + place(second)]!;
    }

    /** The part in which the register is at most `window` seconds old, or older; undefined if there is none. */
    restricted(register: number, window: number, young: boolean): Zone | undefined {
        const clock = this.clocks.indexOf(register) + 1;
        const bounds = this.bounds.slice();
        const size = this.clocks.length + 1;
        const [row, column, bound] = young ? [clock, 0, window] : [0, clock, -(window + 1)];
        if (bound >= bounds[row * size + column]!) {
            return this;
        }
        // Only what leads over the new bound can become tighter.
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
     * After an event that moves the registers at once: `sources[k]` is where the k-th of `clocks` has its time from, a
     * register before the event, or `undefined` for the event itself.
     */
    moved(clocks: readonly number[], sources: readonly (number | undefined)[]): Zone {
        const from = [0, ...sources.map((source) => (source === undefined ? 0 : this.clocks.indexOf(source) + 1))];
        const size = clocks.length + 1;
        const old = this.clocks.length + 1;
        const bounds = new Float64Array(size * size);
        for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
                bounds[i * size + j] = this.bounds[from[i]! * old + from[j]!]!;
            }
        }
        return new Zone(clocks, bounds);
    }

    /** Any time may pass. */
    later(): Zone {
        const size = this.clocks.length + 1;
        const bounds = this.bounds.slice();
        for (let i = 1; i < size; i++) {
            bounds[i * size] = UNBOUNDED;
        }
        return new Zone(this.clocks, bounds);
    }

    /** The registers that can still be at most their window old: the others never will be again. */
    stillYoung(windowOf: (register: number) => number): number[] {
        return this.clocks.filter((register, index) => -this.bounds[index + 1]! <= windowOf(register));
    }

    /**
     * Ages beyond every constant they are compared with are all alike (Alur and Dill 1994; the extrapolation with one
     * constant for each clock): it makes the zones finitely many, and adds nothing that a condition could tell apart.
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

    /** Of zones over the same registers. */
    includes(other: Zone): boolean {
        for (let i = 0; i < this.bounds.length; i++) {
            if (other.bounds[i]! > this.bounds[i]!) {
                return false;
            }
        }
        return true;
    }
}

/** Floyd and Warshall: every bound as tight as the others make it. */
function close(bounds: Float64Array, size: number): void {
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
