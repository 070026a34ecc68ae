/** Decides how much is tried: a fixed portion in the usual run, and as much as time allows in `npm run test:fuzz`. */

export const seconds = Number(process.env['GUARDRAIL_FUZZ_SECONDS'] ?? 0);

export const isFuzzing = seconds > 0;

/** A number that is the same in every usual run. */
export const seed = isFuzzing ? (Number(process.env['GUARDRAIL_FUZZ_SEED']) || Date.now()) >>> 0 : 20_260_131;

/** The budget for a `share` of the time of a long run; the usual run takes `usual` items. */
export class Budget {
    private readonly end: number;
    private taken = 0;

    constructor(
        private readonly usual: number,
        share: number
    ) {
        this.end = Date.now() + seconds * 1000 * share;
    }

    /** True if there is another item to try. */
    more(): boolean {
        this.taken++;
        return isFuzzing ? Date.now() < this.end : this.taken <= this.usual;
    }
}

/** The time limit in milliseconds of a test with a budget. */
export function timeout(share: number): number {
    return 60_000 + seconds * 1000 * share * 2;
}

/** The items in an order determined by the seed. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
    return items
        .map((item) => ({ item, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item);
}
