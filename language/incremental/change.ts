/**
 * Finds the only place where two texts differ: `[start, oldEnd)` of the old text became `[start, newEnd)` of the new
 * one.
 */
export interface Change {
    readonly start: number;
    readonly oldEnd: number;
    readonly newEnd: number;
    /** The distance by which the following text has moved. */
    readonly shift: number;
}

/** Large parts of the texts are compared first, which is much faster than comparing character by character. */
const CHUNK = 1_024;

export function changeBetween(before: string, after: string): Change {
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start + CHUNK < shorter && before.slice(start, start + CHUNK) === after.slice(start, start + CHUNK)) {
        start += CHUNK;
    }
    while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) {
        start++;
    }
    const shift = after.length - before.length;
    let oldEnd = before.length;
    while (
        oldEnd - CHUNK > start &&
        oldEnd - CHUNK + shift > start &&
        before.slice(oldEnd - CHUNK, oldEnd) === after.slice(oldEnd - CHUNK + shift, oldEnd + shift)
    ) {
        oldEnd -= CHUNK;
    }
    while (
        oldEnd > start &&
        oldEnd + shift > start &&
        before.charCodeAt(oldEnd - 1) === after.charCodeAt(oldEnd + shift - 1)
    ) {
        oldEnd--;
    }
    return { start, oldEnd, newEnd: oldEnd + shift, shift };
}
