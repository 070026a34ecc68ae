import type { AstNode } from 'langium';
import { DefaultFoldingRangeProvider } from 'langium/lsp';
import * as ast from '../../language/generated/ast.js';

/** Folds what stands at the top of a file, tools, modes and record types; not every condition that spans three lines. */
export class GuardrailFoldingRangeProvider extends DefaultFoldingRangeProvider {
    protected override shouldProcess(node: AstNode): boolean {
        return ast.isElement(node) || ast.isTool(node) || ast.isMode(node) || ast.isRecordType(node);
    }
}
