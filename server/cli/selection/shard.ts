/** One of several parts of a run, for separate machines. */
export interface Shard {
    /** The number of the part, starting at one. */
    readonly index: number;
    readonly count: number;
}

/**
 * The files of the part. Every file is in exactly one part, the same on every machine; neighbours, which often take
 * similar time, are in different parts.
 */
export function shardOf(files: readonly string[], { index, count }: Shard): string[] {
    return files.filter((_, i) => i % count === index - 1);
}
