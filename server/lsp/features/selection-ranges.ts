import { type CstNode, CstUtils, isCompositeCstNode, type LangiumDocument } from 'langium';
import type { Position, SelectionRange } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isElement } from '../../../language/generated/ast.js';
import { CLOSING, isClosing } from '../text/brackets.js';

/**
 * Computes the steps in which an editor expands its selection: a name, a condition, a rule with its comment, the file.
 */
export function selectionRanges(document: LangiumDocument, positions: readonly Position[]): SelectionRange[] {
    return positions.map((position) => selectionRange(document, position));
}

interface Span {
    readonly start: number;
    readonly end: number;
}

function selectionRange(document: LangiumDocument, position: Position): SelectionRange {
    const { textDocument } = document;
    const at = textDocument.offsetAt(position);
    const spans: Span[] = [{ start: 0, end: textDocument.getText().length }];
    for (const span of spansAround(document, at).reverse()) {
        const outer = spans.at(-1)!;
        // Each span must contain the previous one, and be larger.
        if (
            span.start >= outer.start &&
            span.end <= outer.end &&
            span.end - span.start < outer.end - outer.start &&
            span.start <= at &&
            at <= span.end
        ) {
            spans.push(span);
        }
    }
    return spans.reduce<SelectionRange | undefined>(
        (parent, { start, end }) => ({
            range: rangeOf(textDocument, start, end),
            ...(parent && { parent })
        }),
        undefined
    )!;
}

function rangeOf(document: TextDocument, start: number, end: number): SelectionRange['range'] {
    return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** The spans around the offset, from the innermost to the outermost. */
function spansAround(document: LangiumDocument, at: number): Span[] {
    const root = document.parseResult.value.$cstNode;
    const leaf =
        root && (CstUtils.findDeclarationNodeAtOffset(root, at) ?? CstUtils.findLeafNodeBeforeOffset(root, at));
    const spans: Span[] = [];
    if (!leaf || leaf.end < at) {
        return spans;
    }
    if (/^["`/]/.test(leaf.text) && leaf.length > 2) {
        // This is the text without its quotes.
        spans.push({ start: leaf.offset + 1, end: leaf.end - 1 });
    }
    for (let node: CstNode | undefined = leaf; node; node = node.container) {
        spans.push(...bracketsIn(node, at), { start: node.offset, end: node.end });
        if (isElement(node.astNode) && node.astNode.$cstNode === node) {
            spans.push({ start: commentStart(document.textDocument.getText(), node.offset), end: node.end });
        }
    }
    return spans;
}

/** The text in the brackets around the position, and the same with the brackets. */
function bracketsIn(node: CstNode, at: number): Span[] {
    if (!isCompositeCstNode(node)) {
        return [];
    }
    const open: CstNode[] = [];
    const spans: Span[] = [];
    for (const child of node.content) {
        if (child.text in CLOSING) {
            open.push(child);
        } else if (isClosing(child.text)) {
            const opening = open.pop();
            if (opening && opening.end <= at && at <= child.offset) {
                spans.push({ start: opening.end, end: child.offset }, { start: opening.offset, end: child.end });
            }
        }
    }
    return spans;
}

/** The start of the comment right above a declaration. */
function commentStart(text: string, offset: number): number {
    const comment = /(?:\/\*(?:[^*]|\*(?!\/))*\*\/|(?:\/\/[^\n]*\n[ \t]*)+)[ \t]*\n?[ \t]*$/.exec(
        text.slice(Math.max(0, offset - MAX_COMMENT), offset)
    );
    return comment ? offset - comment[0].length : offset;
}

/** The length beyond which a comment is not found: searching backwards for its start takes more than linear time. */
const MAX_COMMENT = 4000;
