import { randoms } from '../../support/random.js';

/** Makes random choices from a seed: the same seed gives the same piece of a policy, regardless of its context. */
export class Random {
    /** A number of at least 0 and below 1. */
    readonly next: () => number;

    constructor(seed: number) {
        this.next = randoms(seed ^ 0x9e3779b9);
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
