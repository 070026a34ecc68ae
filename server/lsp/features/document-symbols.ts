import type { AstNode, LangiumDocument } from 'langium';
import type { DocumentSymbolProvider, NodeKindProvider } from 'langium/lsp';
import type { DocumentSymbol } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { kindText } from '../../../language/packs/values.js';
import { nameRange } from '../text/anchors.js';
import type { LanguageServices } from '../services.js';
import { shorten, textOf } from '../text/source-text.js';

const MAX_NAME = 60;

/** The outline: declarations by name, rules by text, claims and scenarios by their titles. */
export class GuardrailDocumentSymbolProvider implements DocumentSymbolProvider {
    private readonly kinds: NodeKindProvider;

    constructor(services: LanguageServices) {
        this.kinds = services.shared.lsp.NodeKindProvider;
    }

    getSymbols(document: LangiumDocument): DocumentSymbol[] {
        const root: AstNode = document.parseResult.value;
        if (!ast.isPolicyFile(root)) {
            return [];
        }
        const nodes: AstNode[] = root.policy ? [root.policy, ...root.elements] : root.elements;
        return nodes.flatMap((node) => this.symbol(node));
    }

    private symbol(node: AstNode): DocumentSymbol[] {
        const range = node.$cstNode?.range;
        const name = symbolName(node);
        if (!range || !name) {
            return [];
        }
        const children = partsOf(node).flatMap((part: AstNode) => this.symbol(part));
        const detail = symbolDetail(node);
        return [
            {
                name: shorten(name, MAX_NAME),
                ...(detail && { detail: shorten(detail, MAX_NAME) }),
                kind: this.kinds.getSymbolKind(node),
                range,
                selectionRange: nameRange(node) ?? range,
                ...(children.length > 0 && { children })
            }
        ];
    }
}

/** The entries of an outline below a declaration. */
function partsOf(node: AstNode): readonly AstNode[] {
    if (ast.isServer(node)) {
        return node.tools;
    }
    if (ast.isPack(node)) {
        return [...node.params, ...node.elements];
    }
    if (ast.isModes(node)) {
        return [...node.modes, ...node.transitions];
    }
    if (ast.isMode(node)) {
        return [...node.elements, ...node.transitions];
    }
    return ast.isRequest(node) ? node.fields : ast.isSessionConstant(node) ? node.attributes : [];
}

function symbolName(node: AstNode): string | undefined {
    if (ast.isImport(node)) {
        return node.path;
    }
    if (
        ast.isRule(node) ||
        ast.isUse(node) ||
        ast.isTransition(node) ||
        ast.isAssumption(node) ||
        ast.isLeaveOthers(node)
    ) {
        return textOf(node);
    }
    if (ast.isRequest(node)) {
        return 'request';
    }
    if (ast.isTimezone(node)) {
        return node.zone;
    }
    if (ast.isClaim(node)) {
        return node.name ?? textOf(node.body);
    }
    return (node as { name?: string }).name;
}

function symbolDetail(node: AstNode): string | undefined {
    if (ast.isTool(node)) {
        return `(${node.params.map(textOf).join(', ')})`;
    }
    if (ast.isClaim(node)) {
        return node.name === undefined ? 'claim' : textOf(node.body);
    }
    if (ast.isPackParam(node)) {
        return kindText(node);
    }
    if (ast.isParam(node)) {
        return textOf(node.type);
    }
    if (ast.isMode(node)) {
        return node.initial ? 'initial mode' : 'mode';
    }
    if (ast.isRule(node) || ast.isTool(node)) {
        return undefined;
    }
    return KEYWORDS[node.$type];
}

const KEYWORDS: { readonly [type: string]: string } = {
    [ast.PolicyHeader.$type]: 'policy',
    [ast.Import.$type]: 'import',
    [ast.Server.$type]: 'server',
    [ast.Label.$type]: 'label',
    [ast.Trait.$type]: 'trait',
    [ast.Agent.$type]: 'agent',
    [ast.Human.$type]: 'human',
    [ast.Role.$type]: 'role',
    [ast.OutsideEvent.$type]: 'event',
    [ast.Group.$type]: 'group',
    [ast.Definition.$type]: 'define',
    [ast.Pack.$type]: 'pack',
    [ast.Scenario.$type]: 'scenario',
    [ast.Entity.$type]: 'entity',
    [ast.SessionConstant.$type]: 'session',
    [ast.Signal.$type]: 'signal',
    [ast.Timezone.$type]: 'timezone',
    [ast.PathRoot.$type]: 'root',
    [ast.Modes.$type]: 'modes'
};
