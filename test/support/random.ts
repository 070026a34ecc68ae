/** Numbers of at least 0 and below 1, the same for the same seed (mulberry32). */
export function randoms(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}

/** Whole numbers of at least 0 and below a limit, the same for the same seed. */
export function picker(seed: number): (below: number) => number {
    const random = randoms(seed);
    return (below) => Math.floor(random() * below);
}
