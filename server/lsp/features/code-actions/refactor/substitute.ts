/** Replaces parts of a text by other texts. */
import type { CstNode } from 'langium';

export interface Replacement {
    readonly at: Pick<CstNode, 'offset' | 'end'>;
    readonly text: string;
}

/** The part of a text from one offset to another, with the replacements made. The replacements do not overlap. */
export function substituted(text: string, start: number, end: number, parts: readonly Replacement[]): string {
    let result = '';
    let place = start;
    for (const { at, text: replacement } of [...parts].sort((a, b) => a.at.offset - b.at.offset)) {
        result += text.slice(place, at.offset) + replacement;
        place = at.end;
    }
    return result + text.slice(place, end);
}
