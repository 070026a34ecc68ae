import type { AstNode, BuildOptions, FileSystemProvider, LangiumDocument, LangiumSharedCoreServices } from 'langium';
import {
    Cancellation,
    DefaultDocumentBuilder,
    DefaultWorkspaceManager,
    DocumentState,
    interruptAndCheck,
    isOperationCancelled,
    URI
} from 'langium';
import { importedUris, importsOf, isPackagePath, setPackageFile } from './imports.js';
import { BUILTIN_TEXT, BUILTIN_URI } from '../library/builtin.js';
import { STD_PATH, STD_TEXT, STD_URI } from '../library/std.js';
import { packageFile } from './packages.js';

/**
 * Loads the imports of a document, in the editor and on the command line alike. The document that the user is typing in
 * is built first, then the other open documents, each with its imports: names come only from imports, so nothing else
 * is needed.
 */
export class GuardrailDocumentBuilder extends DefaultDocumentBuilder {
    /**
     * While some documents are built before the others, not all documents have reached a phase that is reported as
     * reached.
     */
    protected isPartial = false;
    private readonly files: FileSystemProvider;
    /**
     * True if some of these names of a linked document now have another meaning. Linking again creates another list.
     */
    private readonly unknown = new WeakMap<LangiumDocument['references'], boolean>();

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.files = services.workspace.FileSystemProvider;
    }

    protected override async buildDocuments(
        documents: LangiumDocument[],
        options: BuildOptions,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        const waiting = new Map(documents.map((document) => [document.uri.toString(), document]));
        const open = documents.filter(({ uri }) => this.textDocuments?.get(uri));
        // Only names are resolved again in the other documents.
        const typed = open.filter(({ state }) => state < DocumentState.ComputedScopes);
        this.isPartial = true;
        try {
            for (const some of [typed, open]) {
                const next = some.filter(({ uri }) => waiting.has(uri.toString()));
                if (next.length > 0 && next.length < waiting.size) {
                    await this.buildWithImports(next, waiting, options, cancelToken);
                    // The other documents follow later.
                    this.currentState = DocumentState.Changed;
                }
            }
        } finally {
            this.isPartial = false;
        }
        await this.buildWithImports([...waiting.values()], waiting, options, cancelToken);
    }

    /**
     * Builds documents with everything that they import.
     *
     * @param waiting the documents to build; those that are built are removed from it
     */
    private async buildWithImports(
        documents: readonly LangiumDocument[],
        waiting: Map<string, LangiumDocument>,
        options: BuildOptions,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        const all = new Map(documents.map((document) => [document.uri.toString(), document]));
        this.loadOwn(BUILTIN_URI, BUILTIN_TEXT, all);
        for (const document of all.values()) {
            await interruptAndCheck(cancelToken);
            if (document.state >= DocumentState.Parsed || (await this.parse(document, cancelToken))) {
                await this.loadImports(document, all, waiting);
            } else {
                all.delete(document.uri.toString());
            }
            waiting.delete(document.uri.toString());
        }
        await super.buildDocuments([...all.values()], options, cancelToken);
    }

    /** False if the file was deleted; the document is then deleted too. */
    private async parse(document: LangiumDocument, cancelToken: Cancellation.CancellationToken): Promise<boolean> {
        try {
            await this.langiumDocumentFactory.update(document, cancelToken);
            // The parsing phase finds nothing left to do, so it does not notify the code that waits for it.
            await this.notifyDocumentPhase(document, DocumentState.Parsed, cancelToken);
            return true;
        } catch (error) {
            const isThere = this.textDocuments?.get(document.uri) ?? (await this.files.exists(document.uri));
            if (isOperationCancelled(error) || isThere) {
                throw error;
            }
            this.langiumDocuments.deleteDocument(document.uri);
            await this.emitUpdate([], [document.uri]);
            return false;
        }
    }

    /** If several files change together, one may name something in another. */
    override async update(
        changed: URI[],
        deleted: URI[],
        cancelToken = Cancellation.CancellationToken.None
    ): Promise<void> {
        if (changed.length + deleted.length > 1) {
            for (const document of changed.flatMap((uri) => this.langiumDocuments.getDocuments(uri))) {
                this.serviceRegistry.getServices(document.uri).references.Linker.unlink(document);
            }
        }
        await super.update(changed, deleted, cancelToken);
    }

    /**
     * A changed text is first compared with the document's current tree, which keeps the meaning of its names until
     * then.
     */
    override resetToState<T extends AstNode>(document: LangiumDocument<T>, state: DocumentState): void {
        if (state > DocumentState.Changed) {
            super.resetToState(document, state);
            return;
        }
        this.indexManager.remove(document.uri);
        delete document.localSymbols;
        delete document.diagnostics;
        this.buildState.delete(document.uri.toString());
        document.state = DocumentState.Changed;
    }

    /**
     * A policy that imports a changed file is linked again even if it names nothing from it: `any tool` selects from
     * the whole file.
     */
    protected override shouldRelink(document: LangiumDocument, changedUris: Set<string>): boolean {
        // A document that names something from another file imports it, so Langium's search through every name would
        // find nothing more.
        return this.importsAny(document, changedUris) || this.hasUnknownNames(document);
    }

    private hasUnknownNames({ references, state }: LangiumDocument): boolean {
        const known = this.unknown.get(references);
        if (known !== undefined) {
            return known;
        }
        const found = references.some(({ error }) => error !== undefined);
        if (state >= DocumentState.Linked) {
            this.unknown.set(references, found);
        }
        return found;
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

    /** Loads a document that is part of the language. */
    private loadOwn(path: string, text: string, all: Map<string, LangiumDocument>): void {
        const uri = URI.parse(path);
        if (!this.langiumDocuments.hasDocument(uri)) {
            const document = this.langiumDocumentFactory.fromString(text, uri);
            this.langiumDocuments.addDocument(document);
            all.set(path, document);
        }
    }

    private async loadImports(
        document: LangiumDocument,
        all: Map<string, LangiumDocument>,
        waiting: ReadonlyMap<string, LangiumDocument>
    ): Promise<void> {
        for (const node of importsOf(document)) {
            if (node.path === STD_PATH) {
                this.loadOwn(STD_URI, STD_TEXT, all);
            } else if (isPackagePath(node.path)) {
                if (setPackageFile(node, await packageFile(node.path, document.uri, this.files))) {
                    this.serviceRegistry.getServices(document.uri).references.Linker.unlink(document);
                }
            }
        }
        for (const uri of importedUris(document)) {
            const known = waiting.get(uri.toString());
            if (known) {
                all.set(uri.toString(), known);
            }
            if (all.has(uri.toString()) || this.langiumDocuments.hasDocument(uri)) {
                continue;
            }
            try {
                const imported = await this.langiumDocuments.getOrCreateDocument(uri);
                all.set(uri.toString(), imported);
            } catch {
                // A file that cannot be read is reported at the import, by the import's validation.
            }
        }
    }
}

export class GuardrailWorkspaceManager extends DefaultWorkspaceManager {
    /** Files that are not open are validated too; by default, Langium leaves them without diagnostics. */
    override initialBuildOptions: BuildOptions = { validation: { categories: ['built-in', 'fast'] } };
}
