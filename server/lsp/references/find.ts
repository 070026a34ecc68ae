import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils } from 'langium';
import type { DocumentHighlightProvider, ReferencesProvider } from 'langium/lsp';
import type {
    DocumentHighlight,
    DocumentHighlightParams,
    Location,
    Range,
    ReferenceParams
} from 'vscode-languageserver';
import { DocumentHighlightKind } from 'vscode-languageserver';
import { nameRange } from '../anchors.js';
import type { GuardrailLspServices } from '../module.js';
import type { GuardrailReferences } from './references.js';

/** The places that name what is meant, each once, though it may mean several. */
export class GuardrailReferencesProvider implements ReferencesProvider {
    private readonly references: GuardrailReferences;

    constructor(services: GuardrailLspServices) {
        this.references = services.references.References;
    }

    findReferences(document: LangiumDocument, params: ReferenceParams): Location[] {
        const { declarations = [] } = this.references.nameAt(document, params.position) ?? {};
        const own = params.context.includeDeclaration ? declarations.flatMap(locationOf) : [];
        const places = new Set(declarations.flatMap((node) => this.references.placesOf(node)));
        return [
            ...own,
            ...[...places].map(({ node, segment }) => ({
                uri: AstUtils.getDocument(node).uri.toString(),
                range: segment.range
            }))
        ];
    }
}

/** In the document alone: where the name is given, and where it is used. */
export class GuardrailDocumentHighlightProvider implements DocumentHighlightProvider {
    private readonly references: GuardrailReferences;

    constructor(services: GuardrailLspServices) {
        this.references = services.references.References;
    }

    getDocumentHighlight(document: LangiumDocument, params: DocumentHighlightParams): DocumentHighlight[] | undefined {
        const name = this.references.nameAt(document, params.position);
        if (!name) {
            return undefined;
        }
        const uri = document.uri.toString();
        const written = name.declarations
            .flatMap(locationOf)
            .filter((location) => location.uri === uri)
            .map(({ range }) => ({ range, kind: DocumentHighlightKind.Write }));
        const places = new Set(name.declarations.flatMap((node) => this.references.placesOf(node)));
        const read = [...places]
            .filter(({ node }) => AstUtils.getDocument(node) === document)
            .map(({ segment }) => ({ range: segment.range, kind: DocumentHighlightKind.Read }));
        return [...written, ...read];
    }
}

function locationOf(node: AstNode): { readonly uri: string; readonly range: Range }[] {
    const range = nameRange(node);
    return range ? [{ uri: AstUtils.getDocument(node).uri.toString(), range }] : [];
}
