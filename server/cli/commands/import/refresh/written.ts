/** The parts of a tool in an inventory, with their places. */
import { type CstNode, CstUtils, type LeafCstNode } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { MULTILINE_COMMENTS } from '../../../../../language/parser/tokens.js';
import { fingerprint } from '../../../../workspace/tool-digest.js';

export interface WrittenTool {
    readonly tool: ast.Tool;
    /** The node of the tool, which starts at its first annotation. */
    readonly node: CstNode;
    readonly doc: CstNode | undefined;
    /** The offsets of `tool NAME(…)`. */
    readonly head: { readonly start: number; readonly end: number };
    readonly digest: ast.Annotation | undefined;
    readonly hints: ast.Annotation | undefined;
    readonly gone: ast.Annotation | undefined;
    /** True if its comment and its declaration are still as written by the import. */
    readonly isUntouched: boolean;
}

export function writtenTool(tool: ast.Tool, text: string): WrittenTool {
    const node = tool.$cstNode!;
    const comment = CstUtils.findCommentNode(node, MULTILINE_COMMENTS);
    const doc = comment?.text.startsWith('/**') ? comment : undefined;
    const head = headOf(node);
    const named = (name: string): ast.Annotation | undefined => tool.annotations.find((each) => each.name === name);
    const digest = named('digest');
    const now = fingerprint(`${doc?.text ?? ''}\n${text.slice(head.start, head.end)}`);
    return {
        tool,
        node,
        doc,
        head,
        digest,
        hints: named('hints'),
        gone: named('gone'),
        isUntouched: digest?.values[1]?.text === now
    };
}

/** The part from the word `tool` to the closing bracket of the parameters. */
function headOf(node: CstNode): { start: number; end: number } {
    const leaves = CstUtils.flattenCst(node).toArray();
    const first = leaves.findIndex((leaf) => leaf.text === 'tool' && !inAnnotation(leaf));
    let depth = 0;
    for (const leaf of leaves.slice(first)) {
        depth += leaf.text === '(' ? 1 : leaf.text === ')' ? -1 : 0;
        if (leaf.text === ')' && depth === 0) {
            return { start: leaves[first]!.offset, end: leaf.end };
        }
    }
    return { start: leaves[first]!.offset, end: node.end };
}

function inAnnotation(leaf: LeafCstNode): boolean {
    return ast.isAnnotation(leaf.astNode) || ast.isAnnotationValue(leaf.astNode);
}
