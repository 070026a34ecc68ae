import { type AstNode, type CstNode, isCompositeCstNode } from 'langium';

/** The words of a node without white space and comments, which are the same for equal texts. */
export function wordsOf(node: AstNode | undefined): string {
    const words: string[] = [];
    if (node?.$cstNode) {
        collectWords(node.$cstNode, words);
    }
    return words.join(' ');
}

function collectWords(node: CstNode, words: string[]): void {
    if (isCompositeCstNode(node)) {
        node.content.forEach((part) => collectWords(part, words));
    } else if (!node.hidden) {
        words.push(node.text);
    }
}
