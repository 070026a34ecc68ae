import { type AstNode, AstUtils, type CstNode, CstUtils, type LangiumDocument } from 'langium';
import type { ImplementationProvider } from 'langium/lsp';
import type { ImplementationParams, LocationLink } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import type { Inventory } from '../../../language/names/inventory.js';
import { selectedTools } from '../../../language/names/selectors.js';
import type { LanguageServices } from '../services.js';
import type { ReferenceServices } from './references/references.js';
import { linksTo } from './references/locations.js';

/**
 * Goes from a name for several elements to each of them: from a pattern, a group, a trait or a server to tools, from a
 * label to the tools that read it, from a role to its people, from a pack to its uses.
 */
export class GuardrailImplementationProvider implements ImplementationProvider {
    constructor(private readonly services: LanguageServices & ReferenceServices) {}

    getImplementation(document: LangiumDocument, params: ImplementationParams): LocationLink[] | undefined {
        const inventory = this.services.inventory.of(document);
        const root = document.parseResult.value.$cstNode;
        const leaf = root && CstUtils.findLeafNodeAtOffset(root, document.textDocument.offsetAt(params.position));
        const inner = leaf && AstUtils.getContainerOfType(leaf.astNode, ast.isSelector);
        const isExceptedFrom = ast.isToolsExcept(inner?.$container) && !ast.isToolSelector(inner);
        const selector = isExceptedFrom && inner.$containerProperty === 'of' ? inner.$container : inner;
        const name = this.services.references.References.nameAt(document, params.position);
        const found = name?.declarations.flatMap((node) => this.of(node, inventory)) ?? [];
        if (leaf && selector && !ast.isToolSelector(selector)) {
            return linksTo(selectedTools(selector, inventory).keys(), rangeIn(selector, leaf));
        }
        return name && linksTo(found, name.range);
    }

    private of(node: AstNode, inventory: Inventory): AstNode[] {
        const tools = inventory.tools.map(({ tool }) => tool);
        if (ast.isServer(node)) {
            return node.tools;
        }
        if (ast.isToolsParam(node)) {
            return [];
        }
        if (ast.isGroup(node)) {
            return node.members.flatMap((member) => [...selectedTools(member, inventory).keys()]);
        }
        if (ast.isTrait(node)) {
            return tools.filter((tool) => tool.traits.some(({ trait }) => trait?.ref === node));
        }
        if (ast.isLabel(node)) {
            return tools.filter((tool) => readLabels(tool).some((label) => label.ref === node));
        }
        if (ast.isRole(node)) {
            return node.members.flatMap(({ ref }) => (ref ? [ref] : []));
        }
        if (ast.isModes(node)) {
            return node.modes;
        }
        if (ast.isPack(node)) {
            return this.services.references.References.placesOf(node).flatMap(({ node: use }) =>
                ast.isUse(use) ? [use] : []
            );
        }
        return ast.isTool(node) || ast.isDefinition(node) ? [node] : [];
    }
}

/** The labels that a tool reads, at any time or under a condition. */
export function readLabels(tool: ast.Tool): ast.Tool['reads'] {
    return [...tool.reads, ...tool.conditionalReads.flatMap(({ labels }) => labels)];
}

function rangeIn(selector: ast.Selector, leaf: CstNode): CstNode['range'] {
    return selector.$cstNode?.range ?? leaf.range;
}
