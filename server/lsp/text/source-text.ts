/** Writes the text of parts of a document as outlines, hovers and completion show it. */
import type { AstNode } from 'langium';
import { textOf as textOfNode } from '../../../language/lower/context.js';

/** The text of a part on one line and without comments; empty for a part that incomplete text does not have yet. */
export function textOf(node: AstNode | undefined): string {
    return node ? textOfNode(node) : '';
}

/** Shortens the text to `length` characters, of which the last one is an ellipsis if something is left out. */
export function shorten(text: string, length: number): string {
    return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

export function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
