/** The fixes of arguments and fields that a scenario or a condition gives. */
import type { AstNode } from 'langium';
import { nameText } from '../../server/model/text/typed-text.js';
import { MOST_OFFERED, type Fix, obvious } from '../edits/edit.js';
import { partOf, removeItem, replacePart } from '../edits/edits.js';
import { nearby } from '../text/spelling.js';

/**
 * The fixes of a name that is not declared: similar names, or any of a few, and its removal.
 * @param property the property of the node that contains the name
 */
export function unknownName(node: AstNode, property: string, name: string, known: readonly string[]): Fix[] {
    return [...otherNames(node, property, name, known), without(node)];
}

export function otherNames(node: AstNode, property: string, name: string, known: readonly string[]): Fix[] {
    const part = partOf(node, property)!;
    const near = nearby(name, known);
    const few = near.length === 0 && known.length <= MOST_OFFERED ? known : [];
    return [...near, ...few].slice(0, MOST_OFFERED).map((meant, index) => ({
        title: `Change to \`${nameText(meant)}\``,
        changes: [replacePart(part, nameText(meant))],
        isPreferred: near.length > 0 && index === 0
    }));
}

export function without(node: AstNode): Fix {
    return { title: `Remove \`${node.$cstNode!.text}\``, changes: [removeItem(node.$cstNode!)] };
}

export function withoutSecond(node: AstNode, name: string): Fix {
    return obvious(`Remove the second \`${name}\``, removeItem(node.$cstNode!));
}
