import type { AstNode, LangiumDocument } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import { type Inventory, toolName } from '../../../../language/names/inventory.js';
import { textOf } from '../../text/source-text.js';
import { selectedTools } from '../../../../language/names/selectors.js';
import type { LanguageServices } from '../../services.js';
import type { CheckingServices } from '../../check/services.js';
import { resultSummary } from '../code-lens/provider.js';
import { bullets, codeBlock, inlineCode, paragraphs } from './markdown.js';
import { namingStatements, toolsTouchedBy, touchingRules } from './rules.js';

const MAX_LINES = 8;

/** Shows a declaration as written, its documentation, and its relevance for the document that the author reads. */
export function declarationHover(
    node: AstNode,
    reader: LangiumDocument,
    services: LanguageServices & CheckingServices
): string {
    const inventory = services.inventory.of(reader);
    return paragraphs(
        codeBlock(signature(node)),
        services.documentation.DocumentationProvider.getDocumentation(node),
        detail(node, reader, inventory, services)
    );
}

/** The hover for a name that refers to a parameter of each of several tools. */
export function parametersHover(nodes: readonly AstNode[], services: LanguageServices & CheckingServices): string {
    const shown = nodes.slice(0, MAX_LINES).map(signature);
    const more = nodes.length - shown.length;
    const docs = nodes.map((node) => services.documentation.DocumentationProvider.getDocumentation(node));
    return paragraphs(
        codeBlock([...shown, ...(more > 0 ? [`// and ${more} more`] : [])].join('\n')),
        ...new Set(docs.slice(0, MAX_LINES))
    );
}

/** The first line of a declaration. */
export function signature(node: AstNode): string {
    if (ast.isTool(node)) {
        return textOf(node).replace(/^tool\s+/, `tool ${node.$container.name}.`);
    }
    if (ast.isPack(node)) {
        return `pack ${node.name}(${node.params.map(textOf).join(', ')})`;
    }
    if (ast.isServer(node)) {
        return `server ${node.name}`;
    }
    if (ast.isParam(node)) {
        const owner = ownerText(node);
        return owner === undefined ? textOf(node) : `${textOf(node)}  // ${owner}`;
    }
    if (ast.isModes(node) || ast.isMode(node)) {
        // Only the first line is shown: its contents have their own symbols and hovers.
        const head = textOf(node).split('{')[0]!.trim();
        return ast.isMode(node) ? `${head}  // mode of ${node.$container.name}` : head;
    }
    if (ast.isItem(node)) {
        const { all, item, value, list } = node.$container;
        const names = value === undefined ? node.name : `${item.name}, ${value.name}`;
        return `${all ? 'every' : 'some'} ${names} in ${textOf(list)}`;
    }
    return textOf(node);
}

/** The owner of a parameter or field. */
function ownerText(param: ast.Param): string | undefined {
    const owner: AstNode | undefined = param.$container;
    if (ast.isTool(owner)) {
        return param.$containerProperty === 'returns' ? `of the result of ${toolName(owner)}` : `of ${toolName(owner)}`;
    }
    if (ast.isRequest(owner)) {
        return 'of what the user says';
    }
    if (ast.isSessionConstant(owner)) {
        return `of session.${owner.name}`;
    }
    return ast.isSignal(owner) || ast.isOutsideEvent(owner) || ast.isDefinition(owner) ? `of ${owner.name}` : undefined;
}

function detail(
    node: AstNode,
    reader: LangiumDocument,
    inventory: Inventory,
    services: LanguageServices & CheckingServices
): string | undefined {
    if (ast.isTool(node)) {
        const rules = touchingRules(node, reader, services);
        return rules.length > 0
            ? `Rules about it:\n\n${bullets(rules, MAX_LINES)}`
            : 'No rule is about it: every call is denied.';
    }
    if (ast.isServer(node)) {
        return node.tools.length > 0 ? `Tools:\n\n${bullets(node.tools.map(toolLine), MAX_LINES)}` : 'It has no tools.';
    }
    if (ast.isLabel(node)) {
        const readers = inventory.tools.filter(({ tool }) =>
            [...tool.reads, ...tool.conditionalReads.flatMap(({ labels }) => labels)].some(({ ref }) => ref === node)
        );
        const clearing = inventory.tools.filter(({ tool }) => tool.clears.some((label) => label.ref === node));
        return paragraphs(
            names('An agent carries it after', readers) ?? 'No tool reads it, so no agent ever carries it.',
            names('It is cleared by', clearing)
        );
    }
    if (ast.isHuman(node) || ast.isRole(node)) {
        return approverDetail(node, reader, inventory, services);
    }
    if (ast.isOutsideEvent(node)) {
        const asked = namingStatements([node], (each) => !ast.isScenario(each), reader, services);
        return asked.length > 0
            ? `It may happen at any moment. Used in:\n\n${bullets(asked, MAX_LINES)}`
            : 'It may happen at any moment. No rule and no claim uses it.';
    }
    if (ast.isSignal(node)) {
        return usesText('It is read at each decision that needs it', node, reader, services);
    }
    if (ast.isSessionConstant(node)) {
        return usesText('It stays the same for a session; the checker takes any value', node, reader, services);
    }
    if (ast.isEntity(node)) {
        return usesText('Its values can only be compared for equality', node, reader, services);
    }
    if (ast.isModes(node)) {
        return names('Its modes:', node.modes);
    }
    if (ast.isMode(node)) {
        return modeDetail(node);
    }
    if (ast.isTrait(node)) {
        const tools = inventory.tools.filter(({ tool }) => tool.traits.some((use) => use.trait?.ref === node));
        return names('Tools that have it, or may have it:', tools) ?? 'No tool has it.';
    }
    if (ast.isPack(node)) {
        const says = node.elements.filter(
            (element) => ast.isRule(element) || ast.isClaim(element) || ast.isUse(element)
        );
        return says.length > 0 ? codeBlock(says.map(textOf).join('\n')) : 'It has no rules and no claims.';
    }
    if (ast.isToolsParam(node)) {
        return 'Each use of the pack specifies the tools.';
    }
    if (ast.isPackParam(node)) {
        return undefined;
    }
    if (ast.isGroup(node)) {
        const tools = new Set(node.members.flatMap((member) => [...selectedTools(member, inventory).keys()]));
        return (
            names(
                'Means',
                inventory.tools.filter(({ tool }) => tools.has(tool))
            ) ?? 'No tool is in it.'
        );
    }
    if (ast.isAgent(node)) {
        return paragraphs(
            names(
                'May be allowed:',
                inventory.tools.filter(({ tool }) => toolsTouchedBy(node, reader, inventory).has(tool))
            ),
            names(
                'Can delegate to',
                node.delegations.flatMap(({ to }) => to.flatMap(({ ref }) => (ref ? [ref] : [])))
            )
        );
    }
    if (ast.isPolicyHeader(node)) {
        const result = services.checking.CheckService.get(reader.uri.toString())?.result;
        return result && `Last check: ${resultSummary(result)}.`;
    }
    return undefined;
}

/** The statements that name the declaration, after general information on its kind. */
function usesText(
    lead: string,
    node: AstNode,
    reader: LangiumDocument,
    services: LanguageServices & CheckingServices
): string {
    const uses = namingStatements([node], (each) => !ast.isScenario(each), reader, services);
    return uses.length > 0 ? `${lead}. Named in:\n\n${bullets(uses, MAX_LINES)}` : `${lead}. Nothing names it.`;
}

/** The calls that the mode allows, and the ways to enter it. */
function modeDetail(mode: ast.Mode): string {
    const machine = mode.$container;
    const entries = [...machine.transitions, ...machine.modes.flatMap(({ transitions }) => transitions)].filter(
        ({ target }) => target?.ref === mode
    );
    const ends = machine.modes.filter(({ returnTo }) => returnTo?.ref === mode);
    return paragraphs(
        mode.elements.length > 0 ? codeBlock(mode.elements.map(textOf).join('\n')) : 'It allows nothing.',
        entries.length > 0 &&
            `Entered by\n\n${bullets(
                entries.map((entry) => inlineCode(textOf(entry))),
                MAX_LINES
            )}`,
        names('Entered when the time runs out in', ends)
    );
}

/** The statements about a human, who is also asked as a member of a role. */
function approverDetail(
    node: ast.Approver,
    reader: LangiumDocument,
    inventory: Inventory,
    services: LanguageServices & CheckingServices
): string {
    const roles = ast.isHuman(node)
        ? inventory.elements.filter(ast.isRole).filter(({ members }) => members.some(({ ref }) => ref === node))
        : [];
    const asked = namingStatements([node, ...roles], ast.isRequireApproval, reader, services);
    return paragraphs(
        names('Member of', roles),
        asked.length > 0 ? `Asked for approval by:\n\n${bullets(asked, MAX_LINES)}` : 'No rule asks for an approval.'
    );
}

function toolLine(tool: ast.Tool): string {
    return inlineCode(textOf(tool));
}

function names(lead: string, named: readonly { readonly name: string }[]): string | undefined {
    if (named.length === 0) {
        return undefined;
    }
    const shown = named.slice(0, MAX_LINES).map(({ name }) => inlineCode(name));
    const more = named.length - shown.length;
    return `${lead} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
