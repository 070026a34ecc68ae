/** Between which tokens of one line there is a space. */
import type { LeafCstNode } from 'langium';
import * as ast from '../generated/ast.js';

const CLOSES: ReadonlySet<string> = new Set([',', ')', ']', ':', '.', '?']);
const OPENS: ReadonlySet<string> = new Set(['(', '[', '.', '@']);

/** After these words a parenthesis is none of a call. */
const BEFORE_A_LIST: ReadonlySet<string> = new Set(['returns', 'except']);

export function hasSpace(left: LeafCstNode, right: LeafCstNode): boolean {
    if (CLOSES.has(right.text) || OPENS.has(left.text)) {
        return false;
    }
    switch (right.text) {
        case '(':
            return isFirst(right) || BEFORE_A_LIST.has(left.text);
        case '[':
            return !ast.isListType(right.astNode);
        case '..':
            // `f(x: 1, ..)`, but `1..3`
            return left.text === ',';
        default:
            return left.text !== '..';
    }
}

/** Whether the node that the token is part of begins with it: `(a or b)`, but not `f(a)`. */
function isFirst(leaf: LeafCstNode): boolean {
    return leaf.container?.content.find(({ hidden }) => !hidden) === leaf;
}
