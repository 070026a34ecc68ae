/** Makes random choices from a seed: the same seed gives the same piece of a policy, regardless of its context. */
export class Random {
    private state: number;

    constructor(seed: number) {
        this.state = (seed ^ 0x9e3779b9) >>> 0;
    }

    /** A number of at least 0 and below 1 (mulberry32). */
    next(): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    }

    below(count: number): number {
        return Math.floor(this.next() * count);
    }

    chance(of: number): boolean {
        return this.next() < of;
    }

    of<T>(choices: readonly T[]): T {
        if (choices.length === 0) {
            throw new Error('nothing to choose from');
        }
        return choices[this.below(choices.length)] as T;
    }
}
