import { type AstNode, AstUtils, CstUtils, type LangiumDocument, type LangiumDocuments, URI, UriUtils } from 'langium';
import type { CallHierarchyProvider } from 'langium/lsp';
import type {
    CallHierarchyIncomingCall,
    CallHierarchyIncomingCallsParams,
    CallHierarchyItem,
    CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams,
    CallHierarchyPrepareParams,
    Range
} from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { toolName } from '../../../language/names/inventory.js';
import { selectedTools } from '../../../language/names/selectors.js';
import { nameRange } from '../text/anchors.js';
import type { LanguageServices } from '../services.js';
import type { ReferenceServices } from './references/references.js';
import { namesIn } from './references/names.js';
import { shorten, textOf } from '../text/source-text.js';

const MAX_NAME = 80;

/**
 * The dependencies between elements: a rule, a claim or a scenario uses tools, events, signals, groups, definitions and
 * packs, and a definition or pack uses others. Every pattern that selects a tool uses the tool.
 */
export class GuardrailCallHierarchyProvider implements CallHierarchyProvider {
    private readonly documents: LangiumDocuments;

    constructor(private readonly services: LanguageServices & ReferenceServices) {
        this.documents = services.shared.workspace.LangiumDocuments;
    }

    /** The item for the name of a callee, or for a statement, which can only be a caller. */
    prepareCallHierarchy(
        document: LangiumDocument,
        { position }: CallHierarchyPrepareParams
    ): CallHierarchyItem[] | undefined {
        const name = this.services.references.References.nameAt(document, position);
        const callees = name?.declarations.filter(isCallee) ?? [];
        if (callees.length > 0) {
            return callees.flatMap((node) => this.item(node));
        }
        const root = document.parseResult.value.$cstNode;
        const leaf = root && CstUtils.findLeafNodeAtOffset(root, document.textDocument.offsetAt(position));
        const caller = leaf && callerOf(leaf.astNode);
        return caller && this.item(caller);
    }

    incomingCalls({ item }: CallHierarchyIncomingCallsParams): CallHierarchyIncomingCall[] | undefined {
        const node = this.nodeOf(item);
        if (!node) {
            return undefined;
        }
        const places = ast.isTool(node) ? this.selectorsOf(node) : this.namesOf(node);
        const byCaller = new Map<AstNode, Range[]>();
        for (const { at, range } of places) {
            const caller = callerOf(at);
            if (caller && caller !== node) {
                byCaller.set(caller, [...(byCaller.get(caller) ?? []), range]);
            }
        }
        return [...byCaller].flatMap(([caller, fromRanges]) => this.item(caller).map((from) => ({ from, fromRanges })));
    }

    outgoingCalls({ item }: CallHierarchyOutgoingCallsParams): CallHierarchyOutgoingCall[] | undefined {
        const node = this.nodeOf(item);
        if (!node) {
            return undefined;
        }
        const inventory = this.services.inventory.of(AstUtils.getDocument(node));
        const byCallee = new Map<AstNode, Range[]>();
        const add = (callee: AstNode, range: Range | undefined): void => {
            if (range && callee !== node) {
                byCallee.set(callee, [...(byCallee.get(callee) ?? []), range]);
            }
        };
        for (const part of AstUtils.streamAst(node)) {
            if (isPattern(part)) {
                [...selectedTools(part, inventory).keys()].forEach((tool) => add(tool, part.$cstNode?.range));
            }
            for (const { segment, means } of namesIn(part)) {
                means(inventory)
                    .filter(isCallee)
                    .forEach((callee) => add(callee, segment.range));
            }
        }
        return [...byCallee].flatMap(([callee, fromRanges]) => this.item(callee).map((to) => ({ to, fromRanges })));
    }

    private namesOf(node: AstNode): { readonly at: AstNode; readonly range: Range }[] {
        return this.services.references.References.placesOf(node).map((place) => ({
            at: place.node,
            range: place.segment.range
        }));
    }

    /** The places that name the tool, and the patterns that select it; groups are separate callers. */
    private selectorsOf(tool: ast.Tool): { readonly at: AstNode; readonly range: Range }[] {
        const named = this.namesOf(tool);
        const patterns = this.documents.all
            .flatMap((document) => {
                const inventory = this.services.inventory.of(document);
                return AstUtils.streamAst(document.parseResult.value)
                    .filter(isPattern)
                    .filter((selector) => selectedTools(selector, inventory).has(tool))
                    .flatMap((at) => (at.$cstNode ? [{ at, range: at.$cstNode.range }] : []));
            })
            .toArray();
        return [...named, ...patterns];
    }

    private item(node: AstNode): CallHierarchyItem[] {
        const range = node.$cstNode?.range;
        const { uri } = AstUtils.getDocument(node);
        return range
            ? [
                  {
                      name: itemName(node),
                      kind: this.services.shared.lsp.NodeKindProvider.getSymbolKind(node),
                      detail: UriUtils.basename(uri),
                      uri: uri.toString(),
                      range,
                      selectionRange: nameRange(node) ?? range,
                      data: { path: this.services.workspace.AstNodeLocator.getAstNodePath(node) }
                  }
              ]
            : [];
    }

    /** Undefined if the text has changed so much that something else is there now. */
    private nodeOf({ uri, name, data }: CallHierarchyItem): AstNode | undefined {
        const document = this.documents.getDocument(URI.parse(uri));
        const path = (data as { readonly path?: unknown } | undefined)?.path;
        const node =
            document && typeof path === 'string'
                ? this.services.workspace.AstNodeLocator.getAstNode(document.parseResult.value, path)
                : undefined;
        return node && itemName(node) === name ? node : undefined;
    }
}

const CALLEES = [
    ast.isTool,
    ast.isOutsideEvent,
    ast.isSignal,
    ast.isDefinition,
    ast.isPack,
    (node: unknown): boolean => ast.isGroup(node) && !ast.isToolsParam(node)
];

function isCallee(node: AstNode): boolean {
    return CALLEES.some((is) => is(node));
}

/** The innermost callable element, or else the statement. */
function callerOf(node: AstNode): AstNode | undefined {
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        if (isCallee(current) || (ast.isElement(current) && !isPart(current))) {
            return ast.isImport(current) ? undefined : current;
        }
    }
    return undefined;
}

/** Elements inside a server belong to their tool, those inside a pack to the pack. */
function isPart(node: AstNode): boolean {
    return ast.isServer(node) || ast.isPack(node.$container);
}

function itemName(node: AstNode): string {
    if (ast.isTool(node)) {
        return toolName(node);
    }
    const name = 'name' in node && typeof node.name === 'string' ? node.name : undefined;
    return shorten(name ?? textOf(node), MAX_NAME);
}

/** True for a selector that may select a tool without naming it; a part of `except` selects nothing by itself. */
function isPattern(node: AstNode): node is ast.Selector {
    return (
        ast.isSelector(node) &&
        ![ast.isToolSelector, ast.isToolList].some((is) => is(node)) &&
        !ast.isToolsExcept(node.$container)
    );
}
