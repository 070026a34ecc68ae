/** The parts of a reference that may be written `server.tool`. */
import type { CstNode } from 'langium';
import { CstUtils } from 'langium';

/** The leaves of a reference that are names, without the dots between them. */
export function nameParts(reference: CstNode): CstNode[] {
    return CstUtils.flattenCst(reference)
        .filter((leaf) => !leaf.hidden && leaf.text !== '.')
        .toArray();
}

/** The leaf itself, if it stands before the dot of a qualified name. */
export function serverPart(leaf: CstNode): CstNode | undefined {
    const whole = CstUtils.getDatatypeNode(leaf);
    const parts = whole ? nameParts(whole) : [];
    return parts.length === 2 && parts[0]?.offset === leaf.offset ? leaf : undefined;
}
