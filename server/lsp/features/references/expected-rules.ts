/**
 * Finds the rules that a step of a scenario names by the beginning of their text, as in `-> denied by "deny
 * mail.send"`.
 */
import { type AstNode, AstUtils, GrammarUtils, type LangiumDocument } from 'langium';
import { TextEdit } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import { firstWordOf, textOf, withoutComments } from '../../../../language/lower/context.js';

/** The edits that change such texts together with the rules. */
export function expectedRuleEdits(document: LangiumDocument, edits: readonly TextEdit[]): TextEdit[] {
    const root: AstNode = document.parseResult.value;
    const expectations = AstUtils.streamAllContents(root)
        .filter(ast.isExpectation)
        .filter(({ rule }) => rule !== undefined)
        .toArray();
    if (expectations.length === 0) {
        return [];
    }
    const rules = AstUtils.streamAllContents(root).filter(ast.isRule).toArray();
    return expectations.flatMap((expectation) => {
        const cst = GrammarUtils.findNodeForProperty(expectation.$cstNode, 'rule');
        const written = expectation.rule!;
        const rule = rules.find((each) => textOf(each).startsWith(written));
        const changed = rule && changedBeginning(rule, written, document, edits);
        return cst && changed !== undefined && changed !== written
            ? [TextEdit.replace(cst.range, JSON.stringify(changed))]
            : [];
    });
}

/** The beginning of the rule after the edits; a name at its end is kept whole. */
function changedBeginning(
    rule: ast.Rule,
    beginning: string,
    { textDocument }: LangiumDocument,
    edits: readonly TextEdit[]
): string | undefined {
    const start = firstWordOf(rule)?.offset;
    const end = rule.$cstNode?.end;
    if (start === undefined || end === undefined) {
        return undefined;
    }
    const inRule = edits
        .map(({ range, newText }) => ({
            from: textDocument.offsetAt(range.start),
            to: textDocument.offsetAt(range.end),
            newText
        }))
        .filter(({ from, to }) => start <= from && to <= end)
        .sort((a, b) => b.from - a.from);
    const text = textDocument.getText();
    let changed = beginning;
    for (const { from, to, newText } of inRule) {
        // The place of the name in the text on one line; it follows a character that is not white space.
        const at = withoutComments(`${text.slice(start, from)}x`).length - 1;
        if (at < beginning.length) {
            changed = changed.slice(0, at) + newText + changed.slice(at + to - from);
        }
    }
    return changed;
}
