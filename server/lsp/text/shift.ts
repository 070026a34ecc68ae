import type { Position, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

/**
 * The place in `after` of a range of `before`, or undefined if the edit touched it. The edit is assumed to be the text
 * between the longest common prefix and the longest common suffix.
 */
export function textShift(before: string, after: string): (range: Range) => Range | undefined {
    if (before === after) {
        return (range) => range;
    }
    const shorter = Math.min(before.length, after.length);
    const start = commonStart(before, after);
    let end = 0;
    while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) {
        end++;
    }
    const old = TextDocument.create('before:', '', 0, before);
    const now = TextDocument.create('after:', '', 0, after);
    const shift = after.length - before.length;
    return (range) => {
        const from = old.offsetAt(range.start);
        const to = old.offsetAt(range.end);
        if (to <= start) {
            return range;
        }
        if (from >= before.length - end) {
            return { start: now.positionAt(from + shift), end: now.positionAt(to + shift) };
        }
        return undefined;
    };
}

/** The first difference between two texts, as a place in `after`. */
export function firstDifference(before: string, after: string): Position {
    const start = after.slice(0, commonStart(before, after));
    const line = start.split('\n').length - 1;
    return { line, character: start.length - (start.lastIndexOf('\n') + 1) };
}

function commonStart(before: string, after: string): number {
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start < shorter && before[start] === after[start]) {
        start++;
    }
    return start;
}
