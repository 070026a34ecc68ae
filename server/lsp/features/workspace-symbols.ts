import type { AstNode, LangiumDocument, LangiumSharedCoreServices } from 'langium';
import { Cancellation, interruptAndCheck, URI, UriUtils } from 'langium';
import type { LangiumSharedServices, WorkspaceSymbolProvider } from 'langium/lsp';
import type { CancellationToken, WorkspaceSymbol, WorkspaceSymbolParams } from 'vscode-languageserver';
import { Location, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { nameRange } from '../text/anchors.js';
import { isBuiltin } from '../../../language/library/builtin.js';

/** The maximum number of symbols: more would not be useful in a list that is being filtered. */
const MAX_SYMBOLS = 500;
/** The number of symbols in a part of the list, if the client accepts partial results. */
const PART = 100;

/** Finds the named elements in all files of the workspace, the best matches of the typed text first. */
export class GuardrailWorkspaceSymbolProvider implements WorkspaceSymbolProvider {
    private resolvesRange = false;

    constructor(private readonly services: LangiumSharedServices) {
        services.lsp.LanguageServer.onInitialize(({ capabilities }) => {
            const properties = capabilities.workspace?.symbol?.resolveSupport?.properties ?? [];
            this.resolvesRange = properties.includes('location.range');
        });
    }

    /** @param report receives the symbols a hundred at a time, the best first; the answer is then empty */
    async getSymbols(
        { query }: WorkspaceSymbolParams,
        token: CancellationToken = Cancellation.CancellationToken.None,
        report?: (found: WorkspaceSymbol[]) => void
    ): Promise<WorkspaceSymbol[]> {
        const found: { readonly score: number; readonly symbol: () => WorkspaceSymbol }[] = [];
        for (const document of this.services.workspace.LangiumDocuments.all) {
            await interruptAndCheck(token);
            if (isBuiltin(document.uri)) {
                continue;
            }
            for (const { node, name, container } of symbolsIn(document)) {
                const score = matchScore(query, container === undefined ? name : `${container}.${name}`, name);
                if (score !== undefined) {
                    found.push({ score, symbol: () => this.symbol(node, name, container, document) });
                }
            }
        }
        found.sort((a, b) => b.score - a.score);
        const best = found.slice(0, MAX_SYMBOLS);
        if (!report) {
            return best.map(({ symbol }) => symbol());
        }
        for (let from = 0; from < best.length; from += PART) {
            report(best.slice(from, from + PART).map(({ symbol }) => symbol()));
            await interruptAndCheck(token);
        }
        return [];
    }

    /** Adds the place in the file. For a client that supports resolving, it need not be sent with every symbol. */
    resolveSymbol(symbol: WorkspaceSymbol): WorkspaceSymbol {
        if ('range' in symbol.location) {
            return symbol;
        }
        const { uri } = symbol.location;
        const path = (symbol.data as { readonly path?: unknown } | undefined)?.path;
        const parsed = URI.parse(uri);
        const document = this.services.workspace.LangiumDocuments.getDocument(parsed);
        const locator = this.services.ServiceRegistry.getServices(parsed).workspace.AstNodeLocator;
        const node =
            document && typeof path === 'string' ? locator.getAstNode(document.parseResult.value, path) : undefined;
        const range = node && nameRange(node);
        if (!range) {
            throw new ResponseError(LSPErrorCodes.ContentModified, `The file has changed: ${symbol.name} is gone.`);
        }
        return { ...symbol, location: Location.create(uri, range) };
    }

    private symbol(
        node: AstNode,
        name: string,
        container: string | undefined,
        document: LangiumDocument
    ): WorkspaceSymbol {
        const uri = document.uri.toString();
        const range = nameRange(node);
        const services: LangiumSharedCoreServices = this.services;
        const locator = services.ServiceRegistry.getServices(document.uri).workspace.AstNodeLocator;
        return {
            name,
            kind: this.services.lsp.NodeKindProvider.getSymbolKind(node),
            containerName: container ?? UriUtils.basename(document.uri),
            ...(this.resolvesRange || !range
                ? { location: { uri }, data: { path: locator.getAstNodePath(node) } }
                : { location: { uri, range } })
        };
    }
}

interface NamedSymbol {
    readonly node: AstNode;
    readonly name: string;
    /** The container of the element: the server of a tool, the machine of a mode, the pack of a parameter. */
    readonly container?: string;
}

function* symbolsIn(document: LangiumDocument): Iterable<NamedSymbol> {
    const root: AstNode = document.parseResult.value;
    const elements = ast.isPolicyFile(root) ? [root.policy, ...root.elements] : [];
    for (const element of elements) {
        const name = nameOf(element);
        if (!element || name === undefined) {
            continue;
        }
        yield { node: element, name };
        for (const part of partsOf(element)) {
            const partName = nameOf(part);
            if (partName !== undefined) {
                yield { node: part, name: partName, container: name };
            }
        }
    }
}

function partsOf(element: AstNode): readonly AstNode[] {
    if (ast.isServer(element)) {
        return element.tools;
    }
    if (ast.isModes(element)) {
        return element.modes;
    }
    return ast.isPack(element) ? element.elements : [];
}

function nameOf(node: AstNode | undefined): string | undefined {
    const name = node && 'name' in node && !ast.isAnnotation(node) ? node.name : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * The rank of a match of the name, or undefined if it does not match: the typed letters must occur in this order. The
 * best match is the name itself, then its start, then a part of it, then the starts of its words, then any letters.
 */
export function matchScore(query: string, qualified: string, name: string): number | undefined {
    const typed = query.toLowerCase().replace(/\s/g, '');
    const [text, last] = [qualified.toLowerCase(), name.toLowerCase()];
    const length = text.length / 1000;
    if (typed === last || typed === text) {
        return 5 - length;
    }
    if (last.startsWith(typed) || text.startsWith(typed)) {
        return 4 - length;
    }
    if (text.includes(typed)) {
        return 3 - length;
    }
    if (isSubsequence(typed, wordStarts(qualified))) {
        return 2 - length;
    }
    return isSubsequence(typed, text) ? 1 - length : undefined;
}

/** The first letters of the words: `msr` for `mail.sendReport`. */
function wordStarts(text: string): string {
    return (text.match(/[A-Z]+|(?<![A-Za-z0-9])[a-z0-9]/g) ?? []).map((word) => word[0]!.toLowerCase()).join('');
}

function isSubsequence(typed: string, text: string): boolean {
    let at = 0;
    for (const letter of text) {
        at += letter === typed[at] ? 1 : 0;
    }
    return at === typed.length;
}
