import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { instancesOf, statementsWithPacks } from '../../../../language/packs/instances.js';
import { shorten, textOf } from '../../text/source-text.js';
import { eventTools, isOpenList } from '../../../../language/names/selectors.js';
import { windowText } from '../../../../language/parser/values.js';
import type { LanguageServices } from '../../services.js';
import { codeBlock, inlineCode, paragraphs, placeLink } from './markdown.js';

const MAX_RULE = 100;

/**
 * The rules that decide calls of the tool, as bullets: those of the document that the author reads, if it is a policy,
 * or else those of all policies that import the tool.
 */
export function touchingRules(tool: ast.Tool, reader: LangiumDocument, services: LanguageServices): string[] {
    const documents = isPolicy(reader)
        ? [reader]
        : services.shared.workspace.LangiumDocuments.all.filter(isPolicy).toArray();
    return documents.flatMap((document) => {
        const inventory = services.inventory.of(document);
        return rulesOf(document, inventory)
            .filter((rule) => eventTools(decidedEvents(rule), inventory).includes(tool))
            .map((rule) => `${inlineCode(shorten(textOf(rule), MAX_RULE))} ${placeLink(rule)}`);
    });
}

/** The tools that some `allow` of the document names for the agent. */
export function toolsTouchedBy(agent: ast.Agent, document: LangiumDocument, inventory: Inventory): Set<ast.Tool> {
    const grants = rulesOf(document, inventory)
        .filter(ast.isAllow)
        .filter((rule) => rule.by?.any || rule.by?.agents.some((each) => each.ref === agent));
    return new Set(grants.flatMap((rule) => eventTools(rule.subjects, inventory)));
}

/**
 * The statements that name any of the nodes, as bullets: those of the document that the author reads, if it is a
 * policy, or else those of all policies.
 */
export function namingStatements(
    nodes: readonly AstNode[],
    is: (statement: AstNode) => boolean,
    reader: LangiumDocument,
    services: LanguageServices
): string[] {
    const statements = new Set<AstNode>();
    for (const node of nodes) {
        for (const reference of services.references.References.findReferences(node, {})) {
            const document = services.shared.workspace.LangiumDocuments.getDocument(reference.sourceUri);
            if (document && (isPolicy(reader) ? document === reader : isPolicy(document))) {
                const named = services.workspace.AstNodeLocator.getAstNode(
                    document.parseResult.value,
                    reference.sourcePath
                );
                const statement = AstUtils.getContainerOfType(named, ast.isElement);
                if (statement && is(statement)) {
                    statements.add(statement);
                }
            }
        }
    }
    return [...statements].map((node) => `${inlineCode(shorten(textOf(node), MAX_RULE))} ${placeLink(node)}`);
}

/** Explains that `order A before B` is `deny B unless A since B-or-start` (M8). */
export function orderHover(order: ast.Order): string {
    const denies = order.events.slice(1).map((event, index) => {
        const before = textOf(order.events[index]);
        const after = textOf(event);
        return `deny ${after} unless ${before} since ${after}  // or since the start, if there is none`;
    });
    return standsFor(denies.join('\n'));
}

/**
 * Explains that `limit E to n` is `deny E when count(E) >= n`, with its `per` and `within`, and that `limit total(E.f)
 * to n` is `deny E when total(E.f) + f > n`, each also with the condition of the limit.
 */
export function limitHover(limit: ast.Limit): string {
    const bound = limit.value ? textOf(limit.value) : (limit.bound ?? (limit.boundParam?.$refText || '…'));
    const guard = `${limit.when ? `(${textOf(limit.when)}) and ` : ''}`;
    const unless = limit.unless ? ` unless ${textOf(limit.unless)}` : '';
    const window = [windowText(limit) && ` within ${windowText(limit)}`, limit.across && ' across sessions']
        .filter(Boolean)
        .join('');
    const keys = limit.per.map((key) => (ast.isSameTool(key) ? 'tool' : textOf(key))).join(', ');
    const each = keys === '' ? '' : `  // for each ${keys} apart`;
    if (limit.total) {
        const { event, field, result } = limit.total;
        const limited = textOf(event);
        const added = `${result ? 'result.' : ''}${field?.$refText || '…'}`;
        const total = `${textOf(limit.total).replace(/\)$/, '')}${window})`;
        return standsFor(`deny ${limited} when ${guard}${total} + ${added} > ${bound}${unless}${each}`);
    }
    const limited = textOf(limit.event);
    const counted = isOpenList(limit.event?.selector) ? `[${limited}]` : limited;
    return standsFor(`deny ${limited} when ${guard}count(${counted}${window}) >= ${bound}${unless}${each}`);
}

function standsFor(text: string): string {
    return paragraphs('Stands for', codeBlock(text));
}

/** Expands a use to the contents of its pack, with the arguments filled in. */
export function useHover(use: ast.Use, document: LangiumDocument, services: LanguageServices): string | undefined {
    const root: AstNode = document.parseResult.value;
    if (!ast.isPolicyFile(root)) {
        return undefined;
    }
    const says = instancesOf(root, services.inventory.of(document))
        .filter((instance) => instance.use === use)
        .flatMap(({ elements }) => elements)
        .filter((element) => ast.isRule(element) || ast.isClaim(element));
    return says.length > 0 ? standsFor(says.map(textOf).join('\n')) : undefined;
}

/** The events whose calls the rule decides: for an `order`, all but the first. */
function decidedEvents(rule: ast.Rule): readonly ast.Event[] {
    if (ast.isSubjectRule(rule)) {
        return rule.subjects;
    }
    if (ast.isLimit(rule)) {
        const event = rule.event ?? rule.total?.event;
        return event ? [event] : [];
    }
    return ast.isOrder(rule) ? rule.events.slice(1) : [];
}

/** The rules of the document, including those from packs. */
function rulesOf(document: LangiumDocument, inventory: Inventory): ast.Rule[] {
    const root: AstNode = document.parseResult.value;
    return ast.isPolicyFile(root) ? statementsWithPacks(root, inventory).filter((element) => ast.isRule(element)) : [];
}

function isPolicy(document: LangiumDocument): boolean {
    const root: AstNode = document.parseResult.value;
    return ast.isPolicyFile(root) && root.policy !== undefined;
}
