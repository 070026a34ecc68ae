import type { AstNode, LangiumDocument, LangiumDocuments } from 'langium';
import { AstUtils, Cancellation, interruptAndCheck } from 'langium';
import type { DocumentHighlightProvider, ReferencesProvider } from 'langium/lsp';
import type {
    CancellationToken,
    DocumentHighlight,
    DocumentHighlightParams,
    Location,
    Range,
    ReferenceParams
} from 'vscode-languageserver';
import { DocumentHighlightKind } from 'vscode-languageserver';
import { nameRange } from '../../text/anchors.js';
import type { LanguageServices } from '../../services.js';
import type { GuardrailReferences, ReferenceServices } from './references.js';

/** Finds the places that name the target, without duplicates, because a name may have several targets. */
export class GuardrailReferencesProvider implements ReferencesProvider {
    private readonly references: GuardrailReferences;
    private readonly documents: LangiumDocuments;

    constructor(services: LanguageServices & ReferenceServices) {
        this.references = services.references.References;
        this.documents = services.shared.workspace.LangiumDocuments;
    }

    /** @param report receives the places file by file, starting with the file itself; the answer is then empty */
    async findReferences(
        document: LangiumDocument,
        params: ReferenceParams,
        token: CancellationToken = Cancellation.CancellationToken.None,
        report?: (found: Location[]) => void
    ): Promise<Location[]> {
        const { declarations = [] } = this.references.nameAt(document, params.position) ?? {};
        const all: Location[] = [];
        const add = (found: Location[]): void => {
            if (report && found.length > 0) {
                report(found);
            } else {
                all.push(...found);
            }
        };
        add(params.context.includeDeclaration ? declarations.flatMap(locationOf) : []);
        const others = this.documents.all.filter((other) => other !== document);
        for (const file of declarations.length > 0 ? [document, ...others] : []) {
            const uri = file.uri.toString();
            const places = new Set(declarations.flatMap((node) => this.references.placesIn(file, node)));
            add([...places].map(({ segment }) => ({ uri, range: segment.range })));
            await interruptAndCheck(token);
        }
        return all;
    }
}

/** Highlights the declaration of a name and its uses, in the document only. */
export class GuardrailDocumentHighlightProvider implements DocumentHighlightProvider {
    private readonly references: GuardrailReferences;

    constructor(services: LanguageServices & ReferenceServices) {
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
        const places = new Set(name.declarations.flatMap((node) => this.references.placesIn(document, node)));
        const read = [...places].map(({ segment }) => ({ range: segment.range, kind: DocumentHighlightKind.Read }));
        return [...written, ...read];
    }
}

function locationOf(node: AstNode): { readonly uri: string; readonly range: Range }[] {
    const range = nameRange(node);
    return range ? [{ uri: AstUtils.getDocument(node).uri.toString(), range }] : [];
}
