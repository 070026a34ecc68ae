/** A text with other texts in the place of some of its parts. */
import type { AstNode, CstNode } from 'langium';
import { lineOf } from './conditions.js';

export interface Replacement {
    readonly node: AstNode;
    readonly text: string;
}

/** The text of a node, on one line if it has no comments. The parts do not overlap. */
export function substituted(whole: CstNode, parts: readonly Replacement[]): string {
    const inOrder = [...parts].sort((a, b) => a.node.$cstNode!.offset - b.node.$cstNode!.offset);
    let text = '';
    let place = 0;
    for (const part of inOrder) {
        const { offset, end } = part.node.$cstNode!;
        text += whole.text.slice(place, offset - whole.offset) + part.text;
        place = end - whole.offset;
    }
    text += whole.text.slice(place);
    return lineOf(whole) === whole.text ? text : text.replace(/\s*[\r\n]\s*/g, ' ');
}
