/** Finds the smallest part of a text that a finding is about. */
import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import type { Range } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { type Inventory, toolName } from '../../../language/names/inventory.js';
import { firstWordOf, textOf } from '../../../language/lower/context.js';
import { eventTools } from '../../../language/names/selectors.js';
import type { Source } from '../../model/policy/policy.js';
import type { Finding } from '../../checker/results/result.js';
import { nameRange } from './anchors.js';

/**
 * The finding with its `part`: of a rule, the selector of the tools or the condition that the message names; of a claim,
 * a mode or the policy, its name. It is absent if the message is about the whole statement, or if the text of a pack or
 * a definition contains the condition.
 */
export function withPart(finding: Finding, document: LangiumDocument, inventory: Inventory): Finding {
    const node = statementAt(finding.source, document);
    const parts = ast.isRule(node)
        ? (finding.about ?? []).flatMap((named) => partOf(node, named, inventory) ?? [])
        : node
          ? [nameRange(node)]
          : [];
    const [first, last] = [parts[0], parts.at(-1)];
    return first && last
        ? { ...finding, part: { uri: finding.source.uri, start: first.start, end: last.end } }
        : finding;
}

/** The element whose first word is at the start of the source. */
function statementAt({ start }: Source, document: LangiumDocument): AstNode | undefined {
    return AstUtils.streamAst(document.parseResult.value).find((node) => {
        const at = isStatement(node) ? firstWordOf(node)?.range.start : undefined;
        return at?.line === start.line && at.character === start.character;
    });
}

function isStatement(node: AstNode): boolean {
    return [ast.isRule, ast.isClaim, ast.isMode, ast.isPolicyHeader].some((is) => is(node));
}

/** The place in the rule of a tool, by its full name, or of a condition, event or total, by its text. */
function partOf(rule: ast.Rule, named: string, inventory: Inventory): Range | undefined {
    const subjects: readonly ast.Event[] = ast.isSubjectRule(rule) ? rule.subjects : [];
    const subject = subjects.find((event) => eventTools([event], inventory).some((tool) => toolName(tool) === named));
    return (
        subject?.selector ??
        AstUtils.streamAllContents(rule).find(
            (node) => !subjects.includes(node as ast.Event) && !ast.isSelector(node) && textOf(node) === named
        )
    )?.$cstNode?.range;
}
