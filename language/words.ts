import type { AstNode } from 'langium';
import { CstUtils } from 'langium';

/** The words of a node without white space and comments: what two equal texts share. */
export function wordsOf(node: AstNode | undefined): string {
    return node?.$cstNode
        ? CstUtils.flattenCst(node.$cstNode)
              .filter((leaf) => !leaf.hidden)
              .map((leaf) => leaf.text)
              .join(' ')
        : '';
}
