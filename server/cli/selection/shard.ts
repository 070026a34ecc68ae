/** One of several parts of a run, each for another machine. */
export interface Shard {
    /** From one. */
    readonly index: number;
    readonly count: number;
}

/** Every file is in exactly one part, the same on every machine; neighbours, which often take alike long, are in different ones. */
export function shardOf(files: readonly string[], { index, count }: Shard): string[] {
    return files.filter((_, i) => i % count === index - 1);
}
