/** Choices from a seed: the same seed makes the same choices, on every machine. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Random {
    private readonly generator;

    constructor(seed: number) {
        this.generator = xoroshiro128plus(seed);
    }

    /** A whole number of at least 0 and below `count`, which is at least 1. */
    below(count: number): number {
        return uniformInt(this.generator, 0, count - 1);
    }

    /** @param of the probability in thousandths */
    chance(of: number): boolean {
        return this.below(1000) < of * 1000;
    }

    /** Throws if there is nothing to choose from. */
    of<T>(choices: readonly T[]): T {
        if (choices.length === 0) {
            throw new RangeError('there is nothing to choose from');
        }
        return choices[this.below(choices.length)]!;
    }
}
