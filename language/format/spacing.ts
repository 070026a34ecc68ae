/** Decides which tokens on one line have a space between them. */
import type { LeafCstNode } from 'langium';
import * as ast from '../generated/ast.js';

const CLOSES: ReadonlySet<string> = new Set([',', ')', ']', ':', '.', '?']);
const OPENS: ReadonlySet<string> = new Set(['(', '[', '.', '@']);

/** The words after which a parenthesis does not belong to a call. */
const BEFORE_A_LIST: ReadonlySet<string> = new Set(['returns', 'except']);

export function hasSpace(left: LeafCstNode, right: LeafCstNode): boolean {
    if (CLOSES.has(right.text) || OPENS.has(left.text)) {
        return false;
    }
    if ([left, right].some((leaf) => '<>'.includes(leaf.text) && ast.isMapType(leaf.astNode))) {
        return right.text !== '>' && right.text !== '<' && left.text !== '<';
    }
    switch (right.text) {
        case '(':
            return isFirst(right) || BEFORE_A_LIST.has(left.text);
        case '[':
            return !ast.isListType(right.astNode);
        case '..':
            // There is a space in `f(x: 1, ..)`, but not in `1..3`.
            return left.text === ',';
        default:
            return left.text !== '..';
    }
}

/** True if the token starts the node that it belongs to, as in `(a or b)` but not in `f(a)`. */
function isFirst(leaf: LeafCstNode): boolean {
    return leaf.container?.content.find(({ hidden }) => !hidden) === leaf;
}
