import { type AstNode, CstUtils, type LangiumDocument } from 'langium';
import { DefaultFoldingRangeProvider, type FoldingRangeAcceptor } from 'langium/lsp';
import { FoldingRangeKind } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { importsOf } from '../../../language/files/imports.js';

/**
 * Folds the top-level elements of a file, tools, modes and record types, but not every condition that spans three
 * lines; also comments, imports, and the regions between `// #region` and `// #endregion`.
 */
export class GuardrailFoldingRangeProvider extends DefaultFoldingRangeProvider {
    protected override shouldProcess(node: AstNode): boolean {
        return ast.isElement(node) || ast.isTool(node) || ast.isMode(node) || ast.isRecordType(node);
    }

    protected override collectFolding(document: LangiumDocument, accept: FoldingRangeAcceptor): void {
        super.collectFolding(document, accept);
        const lines = importsOf(document).flatMap(({ $cstNode: cst }) => (cst ? [cst.range] : []));
        runs(
            lines.map(({ start, end }) => [start.line, end.line]),
            2
        ).forEach(([startLine, endLine]) => accept({ startLine, endLine, kind: FoldingRangeKind.Imports }));
        foldLineComments(document, accept);
    }
}

/** Folds comments on separate consecutive lines, and regions. */
function foldLineComments(document: LangiumDocument, accept: FoldingRangeAcceptor): void {
    const root = document.parseResult.value.$cstNode;
    const comments = root
        ? CstUtils.flattenCst(root)
              .filter(({ tokenType }) => tokenType.name === 'SL_COMMENT')
              .toArray()
        : [];
    const open: number[] = [];
    const plain: [number, number][] = [];
    for (const { text, range } of comments) {
        const { line, character } = range.start;
        if (/^\/\/\s*#region\b/.test(text)) {
            open.push(line);
        } else if (/^\/\/\s*#endregion\b/.test(text)) {
            const startLine = open.pop();
            if (startLine !== undefined) {
                accept({ startLine, endLine: line, kind: FoldingRangeKind.Region });
            }
        } else if (
            document.textDocument.getText({ start: { line, character: 0 }, end: { line, character } }).trim() === ''
        ) {
            plain.push([line, line]);
        }
    }
    runs(plain, 3).forEach(([startLine, endLine]) => accept({ startLine, endLine, kind: FoldingRangeKind.Comment }));
}

/** Folds consecutive comments without a line between them, if they have enough lines. */
function runs(lines: readonly (readonly [start: number, end: number])[], least: number): (readonly [number, number])[] {
    const found: [number, number][] = [];
    for (const [start, end] of lines) {
        const last = found.at(-1);
        if (last && start <= last[1] + 1) {
            last[1] = end;
        } else {
            found.push([start, end]);
        }
    }
    return found.filter(([start, end]) => end - start + 1 >= least);
}
