import type { AstNode, BuildOptions, Cancellation, LangiumDocument, LangiumSharedCoreServices } from 'langium';
import { DefaultDocumentBuilder, DefaultWorkspaceManager, DocumentState, URI } from 'langium';
import { importedUris } from './imports.js';
import { BUILTIN_TEXT, BUILTIN_URI } from './library/builtin.js';

/** Loads what a document imports, in the editor and on the command line alike. */
export class GuardrailDocumentBuilder extends DefaultDocumentBuilder {
    constructor(services: LangiumSharedCoreServices) {
        super(services);
    }

    protected override async buildDocuments(
        documents: LangiumDocument[],
        options: BuildOptions,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        const all = new Map(documents.map((document) => [document.uri.toString(), document]));
        this.loadBuiltin(all);
        for (const document of all.values()) {
            if (document.state < DocumentState.Parsed) {
                await this.langiumDocumentFactory.update(document, cancelToken);
            }
            await this.loadImports(document, all);
        }
        await super.buildDocuments([...all.values()], options, cancelToken);
    }

    /** A policy that imports a changed file is linked anew, even if it names nothing of it: `any tool` sees it all. */
    protected override shouldRelink(document: LangiumDocument, changedUris: Set<string>): boolean {
        return super.shouldRelink(document, changedUris) || this.importsAny(document, changedUris);
    }

    protected importsAny(document: LangiumDocument, uris: Set<string>): boolean {
        const seen = new Set<string>();
        const visit = (current: LangiumDocument<AstNode>): boolean =>
            importedUris(current).some((uri) => {
                const key = uri.toString();
                if (uris.has(key)) {
                    return true;
                }
                if (seen.has(key)) {
                    return false;
                }
                seen.add(key);
                const imported = this.langiumDocuments.getDocument(uri);
                return imported !== undefined && visit(imported);
            });
        return visit(document);
    }

    private loadBuiltin(all: Map<string, LangiumDocument>): void {
        const uri = URI.parse(BUILTIN_URI);
        if (!this.langiumDocuments.hasDocument(uri)) {
            const document = this.langiumDocumentFactory.fromString(BUILTIN_TEXT, uri);
            this.langiumDocuments.addDocument(document);
            all.set(BUILTIN_URI, document);
        }
    }

    private async loadImports(document: LangiumDocument, all: Map<string, LangiumDocument>): Promise<void> {
        for (const uri of importedUris(document)) {
            if (all.has(uri.toString()) || this.langiumDocuments.hasDocument(uri)) {
                continue;
            }
            try {
                const imported = await this.langiumDocuments.getOrCreateDocument(uri);
                all.set(uri.toString(), imported);
            } catch {
                // A file that cannot be read is reported at the import, by its validation.
            }
        }
    }
}

export class GuardrailWorkspaceManager extends DefaultWorkspaceManager {
    /** Files that are not open are validated too: Langium's default leaves them without diagnostics. */
    override initialBuildOptions: BuildOptions = { validation: { categories: ['built-in', 'fast'] } };
}
