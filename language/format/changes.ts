/** Finds the differences between a text and the same text with different white space. */

/** Replaces the characters from `start` up to `end`. */
export interface Change {
    readonly start: number;
    readonly end: number;
    readonly text: string;
}

/**
 * The replacements of white space by white space that turn `text` into `formatted`, in order.
 *
 * @param formatted has `\n` at the end of lines; the changes have the line endings of the text
 * @throws if the two differ in more than white space
 */
export function whitespaceChanges(text: string, formatted: string): Change[] {
    const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
    const changes: Change[] = [];
    // JavaScript counts a byte order mark as white space.
    let place = text.startsWith('\uFEFF') ? 1 : 0;
    let target = 0;
    while (place < text.length || target < formatted.length) {
        const [end, targetEnd] = [spaceEnd(text, place), spaceEnd(formatted, target)];
        const space = formatted.slice(target, targetEnd);
        if (text.slice(place, end).replace(/\r\n?/g, '\n') !== space) {
            changes.push({ start: place, end, text: space.replaceAll('\n', lineEnd) });
        }
        if (text[end] !== formatted[targetEnd]) {
            throw new Error(`The formatter would change more than white space at offset ${end}.`);
        }
        place = end + 1;
        target = targetEnd + 1;
    }
    return changes;
}

/** The text with the changes applied, which must not overlap and must be in order. */
export function applied(text: string, changes: readonly Change[]): string {
    let place = 0;
    let result = '';
    for (const change of changes) {
        result += text.slice(place, change.start) + change.text;
        place = change.end;
    }
    return result + text.slice(place);
}

function spaceEnd(text: string, start: number): number {
    const space = /\s*/y;
    space.lastIndex = start;
    space.exec(text);
    return space.lastIndex;
}
