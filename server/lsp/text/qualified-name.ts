/** The parts of a reference that may be written `server.tool` or `machine.mode`. */
import { type AstNode, type CstNode, CstUtils } from 'langium';
import * as ast from '../../../language/generated/ast.js';

/** The leaves of a reference that are names, without the dots between them. */
export function nameParts(reference: CstNode): CstNode[] {
    return CstUtils.flattenCst(reference)
        .filter((leaf) => !leaf.hidden && leaf.text !== '.')
        .toArray();
}

/** The element that the part before the dot names: for a tool its server, for a mode its machine. */
export function qualifierOf(node: AstNode | undefined): ast.Server | ast.Modes | undefined {
    return ast.isTool(node) || ast.isMode(node) ? node.$container : undefined;
}

/** The leaf itself, if it precedes the dot of a qualified name. */
export function qualifierPart(leaf: CstNode): CstNode | undefined {
    const whole = CstUtils.getDatatypeNode(leaf);
    const parts = whole ? nameParts(whole) : [];
    return parts.length === 2 && parts[0]?.offset === leaf.offset ? leaf : undefined;
}
