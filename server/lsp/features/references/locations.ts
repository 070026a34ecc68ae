import { type AstNode, AstUtils } from 'langium';
import type { LocationLink, Range } from 'vscode-languageserver';
import { isType } from '../../../../language/generated/ast.js';
import { nameRange } from '../../text/anchors.js';

/** A link from the name to the declaration; undefined for text that is not in the document. */
export function linkTo(node: AstNode, origin: Range): LocationLink | undefined {
    const range = node.$cstNode?.range;
    return (
        range && {
            targetUri: AstUtils.getDocument(node).uri.toString(),
            targetRange: range,
            // A type has no name, unless it is a named type.
            targetSelectionRange: isType(node) ? range : (nameRange(node) ?? range),
            originSelectionRange: origin
        }
    );
}

/** The links; undefined if there are none, so that an editor can report it. */
export function linksTo(nodes: Iterable<AstNode>, origin: Range): LocationLink[] | undefined {
    const links = [...new Set(nodes)].map((node) => linkTo(node, origin)).filter((link) => link !== undefined);
    return links.length > 0 ? links : undefined;
}
