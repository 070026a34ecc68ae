import { type AstNode, AstUtils, type CstNode, CstUtils, GrammarAST, isReference, type LangiumDocument } from 'langium';
import type { HoverProvider } from 'langium/lsp';
import type { Hover, HoverParams, Range } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import { claimsOf, resultFor, scenariosOf } from '../../text/anchors.js';
import { earlierClaims, markOf } from '../../check/policy-knowledge.js';
import { controlDoc } from '../../text/controls.js';
import { annotationDoc, keywordDoc } from '../../text/keyword-docs.js';
import { ruleOf } from '../../text/grammar.js';
import type { LanguageServices } from '../../services.js';
import type { CheckingServices } from '../../check/services.js';
import { qualifierOf, qualifierPart } from '../../text/qualified-name.js';
import { declarationHover, parametersHover } from './declarations.js';
import { claimHover, scenarioHover } from './results.js';
import { limitHover, orderHover, useHover } from './rules.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { textOf } from '../../text/source-text.js';
import { selectedTools } from '../../../../language/names/selectors.js';
import { mustBe } from '../../../model/policy/truth.js';
import { bullets, codeBlock, inlineCode, paragraphs } from './markdown.js';

/**
 * Shows a hover for the element under the cursor: a name shows its declaration, a selector its tools, `order` and
 * `limit` their expansions, a claim or scenario its result, and any other word its meaning.
 */
export class GuardrailHoverProvider implements HoverProvider {
    constructor(private readonly services: LanguageServices & CheckingServices) {}

    getHoverContent(document: LangiumDocument, params: HoverParams): Hover | undefined {
        const root = document.parseResult.value.$cstNode;
        const offset = document.textDocument.offsetAt(params.position);
        const leaf = root && CstUtils.findLeafNodeAtOffset(root, offset);
        if (!leaf || leaf.hidden) {
            return undefined;
        }
        const value =
            this.declared(leaf, document) ??
            this.result(leaf, document) ??
            this.selected(leaf, document) ??
            keyword(leaf);
        return value ? { contents: { kind: 'markdown', value }, range: hoverRange(leaf) } : undefined;
    }

    private declared(leaf: CstNode, document: LangiumDocument): string | undefined {
        const [node, ...others] = this.services.references.References.findDeclarations(leaf);
        if (!node || ast.isClaim(node) || ast.isScenario(node) || ast.isAnnotation(node)) {
            return undefined;
        }
        return others.length > 0
            ? parametersHover([node, ...others], this.services)
            : declarationHover(node, document, this.services);
    }

    private result(leaf: CstNode, document: LangiumDocument): string | undefined {
        const known = this.services.checking.CheckService.get(document.uri.toString());
        const node = leaf.astNode;
        const isHead =
            node.$cstNode !== undefined && (leaf.text === 'claim' || leaf.text === 'scenario' || isText(leaf));
        if (ast.isClaim(node) && isHead) {
            const claim = claimsOf(document).find((other) => other === node);
            const result = claim && known && resultFor(claim, known.claims);
            const earlier =
                claim && known && !result
                    ? resultFor(claim, earlierClaims(known, document.textDocument.getText()))
                    : undefined;
            const mark = known && earlier && markOf(known);
            return claim && claimHover(claim, result ?? earlier, this.services, mark, known?.result?.assumptions);
        }
        if (ast.isScenario(node) && isHead) {
            const scenario = scenariosOf(document).find((other) => other === node);
            return (
                scenario && scenarioHover(scenario, resultFor(scenario, known?.result?.scenarios ?? []), this.services)
            );
        }
        return undefined;
    }

    private selected(leaf: CstNode, document: LangiumDocument): string | undefined {
        const node = leaf.astNode;
        if (ast.isAnnotation(node)) {
            return annotationDoc(node.name);
        }
        if (ast.isAnnotationValue(node)) {
            return controlDoc(node.$container.name, node.text);
        }
        if (ast.isOrder(node) && leaf.text === 'order') {
            return orderHover(node);
        }
        if (ast.isUse(node) && leaf.text === 'use') {
            return useHover(node, document, this.services);
        }
        if (ast.isLimit(node) && leaf.text === 'limit') {
            return limitHover(node);
        }
        const selector = AstUtils.getContainerOfType(node, ast.isSelector);
        return selector && !NO_TOOLS.some((is) => is(selector))
            ? selectorHover(selector, this.services.inventory.of(document))
            : undefined;
    }
}

function keyword(leaf: CstNode): string | undefined {
    const source = leaf.grammarSource;
    return GrammarAST.isKeyword(source) ? keywordDoc(leaf.text, ruleOf(source)?.name) : undefined;
}

function isText(leaf: CstNode): boolean {
    return leaf.text.startsWith('"');
}

/** A dotted name is one name, except that the cursor on the server shows the server. */
function hoverRange(leaf: CstNode): Range {
    const whole: CstNode = CstUtils.getDatatypeNode(leaf) ?? leaf;
    return qualifierPart(leaf) && isQualified(leaf.astNode) ? leaf.range : whole.range;
}

/** True if the name belongs to a tool or mode; names of events have parts too. */
function isQualified(node: AstNode): boolean {
    return AstUtils.streamReferences(node).some(
        ({ reference }) => isReference(reference) && qualifierOf(reference.ref) !== undefined
    );
}

/** Elements that do not represent calls of tools: their words describe them. */
const NO_TOOLS = [
    ast.isSameCall,
    ast.isSameTool,
    ast.isDelegationSelector,
    ast.isUserSays,
    ast.isSessionStart,
    ast.isModeEntered
];

const MAX_TOOLS = 12;

/** Shows the tools that a selector currently selects, and which of them only a hint selects. */
function selectorHover(selector: ast.Selector, inventory: Inventory): string {
    const selected = selectedTools(selector, inventory);
    const lines = inventory.tools
        .filter(({ tool }) => selected.has(tool))
        .map(({ tool, name }) => inlineCode(name) + (mustBe(selected.get(tool)!) ? '' : ' (only according to a hint)'));
    return paragraphs(
        codeBlock(textOf(selector)),
        lines.length > 0 ? `Means ${lines.length} of ${inventory.tools.length} tools:` : 'Means no tool.',
        bullets(lines, MAX_TOOLS)
    );
}
