/** One of several parts of a run, for separate machines. */
export interface Shard {
    /** Starts at one. */
    readonly index: number;
    readonly count: number;
}

/**
 * Every file is in exactly one part, the same on every machine; neighbours, which often take similar time, are in
 * different parts.
 */
export function shardOf(files: readonly string[], { index, count }: Shard): string[] {
    return files.filter((_, i) => i % count === index - 1);
}
