/** Writes counts in sentences, with the noun in the singular or plural. */

/** Writes `1 claim`, `1,204 claims`, or `2 policies`. */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
    return `${count.toLocaleString('en')} ${plural(count, noun, nouns)}`;
}

/** The word form that agrees with the count: `is` or `are`, `line` or `lines`. */
export function plural(count: number, one: string, many: string): string {
    return count === 1 ? one : many;
}
