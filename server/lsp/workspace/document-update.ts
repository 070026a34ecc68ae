import { type FileSystemProvider, URI } from 'langium';
import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { DidChangeWatchedFilesParams, FileSystemWatcher, TextDocumentChangeEvent } from 'vscode-languageserver';
import { FileChangeType, WatchKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { importsOf, isPackagePath } from '../../../language/imports.js';
import { isBuiltin } from './documents.js';
import { detailsOf, type Log } from '../connection/log.js';
import type { GuardrailSharedServices } from '../module.js';

const POLICY = /\.guardrail$/;
/** A package that comes, goes or changes: what its name leads to may have changed. */
const PACKAGE = /\/package\.json$|\/node_modules\/(?:@[^/]+\/)?[^/]+$/;

/** Its accepted scopes apply to every policy below it. */
const CONFIGURATION = /\/guardrail\.config\.json$/;

/** Reacts to changes of texts and files, in the editor or outside of it. */
export class GuardrailDocumentUpdateHandler extends DefaultDocumentUpdateHandler {
    private readonly files: FileSystemProvider;
    private latest: Promise<void> = Promise.resolve();

    constructor(
        private readonly services: GuardrailSharedServices,
        private readonly log: Log
    ) {
        super(services);
        this.files = services.workspace.FileSystemProvider;
    }

    /**
     * Resolves, and never rejects, once every change so far has reached its documents: a document is then either of the
     * text that the client sees, or in a state that says that it is being built.
     */
    get applied(): Promise<void> {
        return this.latest;
    }

    /** Builds these documents again, and those that import them. A folder stands for all that is in it. */
    update(changed: URI[], deleted: URI[]): void {
        this.fireDocumentUpdate(changed, deleted);
    }

    /** Unsaved text is gone: the file itself counts again, if there is one. */
    didCloseDocument(change: TextDocumentChangeEvent<TextDocument>): void {
        const uri = URI.parse(change.document.uri);
        if (isBuiltin(uri)) {
            return;
        }
        void this.files.exists(uri).then((exists) => {
            const isOpenAgain = this.isOpen(uri);
            this.update(exists || isOpenAgain ? [uri] : [], exists || isOpenAgain ? [] : [uri]);
        });
    }

    /** Says to the client that saving matters; who listens is `TextDocuments.onDidSave`. */
    didSaveDocument(): void {}

    /** An open text is the editor's: what happens to its file does not change it. */
    override didChangeWatchedFiles({ changes }: DidChangeWatchedFilesParams): void {
        const uris = (isOfType: (type: FileChangeType) => boolean): URI[] =>
            [...new Set(changes.filter(({ type }) => isOfType(type)).map(({ uri }) => uri))].map((uri) =>
                URI.parse(uri)
            );
        const changed = uris((type) => type !== FileChangeType.Deleted).filter((uri) => !this.isOpen(uri));
        const deleted = uris((type) => type === FileChangeType.Deleted);
        const touched = (names: RegExp): boolean => [...changed, ...deleted].some((uri) => names.test(uri.path));
        this.filesChanged(
            changed.filter((uri) => this.isOurs(uri)),
            deleted,
            touched(CONFIGURATION) ? this.allPolicies() : touched(PACKAGE) ? this.importersOfPackages() : []
        );
    }

    /**
     * Files or folders that are there, or no longer there, on disk. `again` are documents to build again although their
     * text is what it was.
     */
    filesChanged(changed: URI[], deleted: URI[], again: URI[] = []): void {
        const { LangiumDocuments } = this.services.workspace;
        const gone = deleted.filter((uri) => LangiumDocuments.getDocuments(uri).length > 0 && !this.isOpen(uri));
        // The texts of a deleted folder that are open stay.
        const kept = gone.flatMap((folder) =>
            LangiumDocuments.getDocuments(folder)
                .map(({ uri }) => uri)
                .filter((uri) => this.isOpen(uri))
        );
        if (changed.length + gone.length + again.length > 0) {
            this.update([...changed, ...kept, ...again], gone);
        }
    }

    protected override fireDocumentUpdate(changed: URI[], deleted: URI[]): void {
        const { DocumentBuilder, WorkspaceLock, WorkspaceManager } = this.services.workspace;
        this.latest = new Promise((resolve) => {
            const build = async (): Promise<void> => {
                // An update before the workspace is loaded would be missed.
                await WorkspaceManager.ready;
                await WorkspaceLock.write(async (token) => {
                    const listening = DocumentBuilder.onUpdate(() => resolve());
                    try {
                        await DocumentBuilder.update(changed, deleted, token);
                    } finally {
                        listening.dispose();
                    }
                });
            };
            build()
                .catch((error: unknown) => this.log.error(`A change could not be processed: ${detailsOf(error)}`))
                .finally(resolve);
        });
    }

    private allPolicies(): URI[] {
        const { LangiumDocuments } = this.services.workspace;
        return LangiumDocuments.all
            .map(({ uri }) => uri)
            .filter((uri) => !isBuiltin(uri))
            .toArray();
    }

    private importersOfPackages(): URI[] {
        return this.services.workspace.LangiumDocuments.all
            .filter((document) => importsOf(document).some(({ path }) => isPackagePath(path)))
            .map(({ uri }) => uri)
            .toArray();
    }

    /** A file of a package counts once something imports it. */
    private isOurs(uri: URI): boolean {
        const { LangiumDocuments, WorkspaceManager } = this.services.workspace;
        return POLICY.test(uri.path) && (LangiumDocuments.hasDocument(uri) || WorkspaceManager.searches(uri));
    }

    private isOpen(uri: URI): boolean {
        return this.services.workspace.TextDocuments.get(uri) !== undefined;
    }

    /** For folders only deletions are reported: `**` with more would report every change of every file. */
    protected override getWatchers(): FileSystemWatcher[] {
        return [
            { globPattern: '**/*.guardrail' },
            { globPattern: '**/package.json' },
            { globPattern: '**/guardrail.config.json' },
            { globPattern: '**/node_modules/*', kind: WatchKind.Create | WatchKind.Delete },
            { globPattern: '**/node_modules/@*/*', kind: WatchKind.Create | WatchKind.Delete },
            { globPattern: '**/*', kind: WatchKind.Delete }
        ];
    }
}
