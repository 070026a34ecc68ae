import type { AstNode, LangiumDocument, LangiumDocuments } from 'langium';
import { AstUtils, URI, UriUtils } from 'langium';
import { BUILTIN_URI } from './library/builtin.js';
import type { Import, PolicyFile } from './generated/ast.js';
import { isImport, isPolicyFile } from './generated/ast.js';

/** The file an import names, or undefined for a path that is not relative. */
export function resolveImport(node: Import): URI | undefined {
    if (!/^\.\.?\//.test(node.path ?? '')) {
        return undefined;
    }
    const from = AstUtils.getDocument(node).uri;
    return UriUtils.resolvePath(UriUtils.dirname(from), node.path);
}

export function importsOf(document: LangiumDocument): Import[] {
    const root: AstNode = document.parseResult.value;
    return isPolicyFile(root) ? root.elements.filter(isImport) : [];
}

/** The document itself, those it imports, theirs, and the built-in one: where its names may come from, in this order. */
export function visibleDocuments(
    document: LangiumDocument,
    documents: LangiumDocuments
): LangiumDocument<PolicyFile>[] {
    const found = [document as LangiumDocument<PolicyFile>];
    const seen = new Set([document.uri.toString()]);
    for (let i = 0; i < found.length; i++) {
        for (const uri of importedUris(found[i]!)) {
            if (!seen.has(uri.toString())) {
                seen.add(uri.toString());
                const imported = documents.getDocument(uri);
                if (imported) {
                    found.push(imported as LangiumDocument<PolicyFile>);
                }
            }
        }
    }
    const builtin = documents.getDocument(URI.parse(BUILTIN_URI));
    if (builtin && !seen.has(BUILTIN_URI)) {
        found.push(builtin as LangiumDocument<PolicyFile>);
    }
    return found;
}

export function importedUris(document: LangiumDocument): URI[] {
    return importsOf(document)
        .map(resolveImport)
        .filter((uri) => uri !== undefined);
}
