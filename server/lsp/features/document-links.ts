import type { CstNode, LangiumDocument, LangiumDocuments, URI } from 'langium';
import { CstUtils, GrammarUtils, UriUtils } from 'langium';
import type { DocumentLinkProvider } from 'langium/lsp';
import type { DocumentLink } from 'vscode-languageserver';
import { importsOf, resolveImport } from '../../../language/files/imports.js';
import type { LanguageServices } from '../services.js';

/** An import links to its file, and so do the links in comments: `[the runbook](./runbook.md)`, `https://…`. */
export class GuardrailDocumentLinkProvider implements DocumentLinkProvider {
    private readonly documents: LangiumDocuments;

    constructor(services: LanguageServices) {
        this.documents = services.shared.workspace.LangiumDocuments;
    }

    getDocumentLinks(document: LangiumDocument): DocumentLink[] {
        return [...this.imports(document), ...linksInComments(document)];
    }

    private imports(document: LangiumDocument): DocumentLink[] {
        return importsOf(document).flatMap((node) => {
            const path = GrammarUtils.findNodeForProperty(node.$cstNode, 'path');
            const uri = resolveImport(node);
            // A missing file is reported separately as an error.
            return path && uri && this.documents.hasDocument(uri)
                ? [linkIn(document, path.offset + 1, path.text.replace(/^"|"$/g, '').length, uri.toString())]
                : [];
        });
    }
}

function linkIn(document: LangiumDocument, offset: number, length: number, target: string): DocumentLink {
    const { textDocument } = document;
    return {
        range: { start: textDocument.positionAt(offset), end: textDocument.positionAt(offset + length) },
        target
    };
}

const COMMENTS: ReadonlySet<string> = new Set(['SL_COMMENT', 'ML_COMMENT']);

function linksInComments(document: LangiumDocument): DocumentLink[] {
    const root = document.parseResult.value.$cstNode;
    const comments: CstNode[] = root
        ? CstUtils.flattenCst(root)
              .filter(({ tokenType }) => COMMENTS.has(tokenType.name))
              .toArray()
        : [];
    return comments.flatMap((comment) =>
        [...comment.text.matchAll(/\]\(([^\s()]+)\)|https?:\/\/[^\s()<>"'`]*[^\s()<>"'`.,;:!?\]]/g)].flatMap(
            (match) => {
                const written = match[1] ?? match[0];
                const target = targetOf(written, document.uri);
                const at = comment.offset + match.index + match[0].indexOf(written);
                return target === undefined ? [] : [linkIn(document, at, written.length, target)];
            }
        )
    );
}

/** The target relative to the file, as usual in Markdown; an anchor alone has no target. */
function targetOf(written: string, from: URI): string | undefined {
    if (/^https?:/.test(written)) {
        return written;
    }
    const [path = '', anchor] = written.split('#');
    return path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path)
        ? undefined
        : UriUtils.resolvePath(UriUtils.dirname(from), path).toString() + (anchor === undefined ? '' : `#${anchor}`);
}
