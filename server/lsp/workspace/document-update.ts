import { type FileSystemProvider, URI } from 'langium';
import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { DidChangeWatchedFilesParams, FileSystemWatcher, TextDocumentChangeEvent } from 'vscode-languageserver';
import { FileChangeType, WatchKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { configurationsOf } from '../../../language/configuration/configurations.js';
import { importsOf, isPackagePath } from '../../../language/files/imports.js';
import { forgetPackageExports } from '../../../language/packs/package-exports.js';
import { SNIPPETS_FILE } from '../../../language/packs/snippets.js';
import { clientOf } from '../../settings/client-list.js';
import { isBuiltin } from '../../../language/library/builtin.js';
import { detailsOf, type Log } from '../connection/log.js';
import type { GuardrailSharedServices } from '../module.js';

const POLICY = /\.guardrail$/;
/** Matches a package that is added, deleted or changed: the target of its name may have changed. */
const PACKAGE = /\/package\.json$|\/node_modules\/(?:@[^/]+\/)?[^/]+$/;

/** Matches a configuration: its accepted scopes and required packs apply to every policy below it. */
const CONFIGURATION = /\/guardrail\.config\.json$/;
const SNIPPETS = /\/guardrail\.code-snippets$/;

/** Reacts to changes of texts and files, in the editor or outside. */
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
     * Resolves, and never rejects, once every change so far has reached its documents: a document then either has the
     * text that the client sees, or is marked as being built.
     */
    get applied(): Promise<void> {
        return this.latest;
    }

    /** Rebuilds these documents and those that import them. A folder represents everything in it. */
    update(changed: URI[], deleted: URI[]): void {
        this.fireDocumentUpdate(changed, deleted);
    }

    /** Unsaved text is discarded: the file itself counts again, if it exists. */
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

    /** Tells the client to send save notifications, which `TextDocuments.onDidSave` handles. */
    didSaveDocument(): void {}

    /** An open text belongs to the editor: changes of its file do not affect it. */
    override didChangeWatchedFiles({ changes }: DidChangeWatchedFilesParams): void {
        const uris = (isOfType: (type: FileChangeType) => boolean): URI[] =>
            [...new Set(changes.filter(({ type }) => isOfType(type)).map(({ uri }) => uri))].map((uri) =>
                URI.parse(uri)
            );
        const changed = uris((type) => type !== FileChangeType.Deleted).filter((uri) => !this.isOpen(uri));
        const deleted = uris((type) => type === FileChangeType.Deleted);
        const touched = (names: RegExp): boolean => [...changed, ...deleted].some((uri) => names.test(uri.path));
        const configurations = configurationsOf(this.files);
        const isConfigured = touched(CONFIGURATION) || (touched(PACKAGE) && configurations.hasExtended);
        if (touched(PACKAGE) || touched(SNIPPETS)) {
            forgetPackageExports(this.files);
        }
        if (isConfigured) {
            configurations.clear();
        }
        this.filesChanged(
            changed.filter((uri) => this.isOurs(uri)),
            deleted,
            isConfigured ? this.allPolicies() : touched(PACKAGE) ? this.importersOfPackages() : []
        );
    }

    /**
     * Files or folders that were created or deleted on disk. `again` are documents to rebuild although their text is
     * unchanged.
     */
    filesChanged(changed: URI[], deleted: URI[], again: URI[] = []): void {
        const { LangiumDocuments } = this.services.workspace;
        const gone = deleted.filter((uri) => LangiumDocuments.getDocuments(uri).length > 0 && !this.isOpen(uri));
        // Open texts of a deleted folder stay.
        const kept = gone.flatMap((folder) =>
            LangiumDocuments.getDocuments(folder)
                .map(({ uri }) => uri)
                .filter((uri) => this.isOpen(uri))
        );
        if (changed.length + gone.length + again.length > 0) {
            this.update([...changed, ...kept, ...again], gone);
        }
    }

    protected override fireDocumentUpdate(all: URI[], gone: URI[]): void {
        const [changed, deleted] = [all, gone].map((uris) =>
            uris.filter((uri) => clientOf(uri.path) === undefined)
        ) as [URI[], URI[]];
        if (changed.length + deleted.length < all.length + gone.length && changed.length + deleted.length === 0) {
            return;
        }
        const { DocumentBuilder, WorkspaceLock, WorkspaceManager } = this.services.workspace;
        this.latest = new Promise((resolve) => {
            const build = async (): Promise<void> => {
                // An update that arrives before the workspace is loaded would be missed.
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

    /** True if the file belongs to the workspace; a file of a package counts once something imports it. */
    private isOurs(uri: URI): boolean {
        const { LangiumDocuments, WorkspaceManager } = this.services.workspace;
        return POLICY.test(uri.path) && (LangiumDocuments.hasDocument(uri) || WorkspaceManager.searches(uri));
    }

    private isOpen(uri: URI): boolean {
        return this.services.workspace.TextDocuments.get(uri) !== undefined;
    }

    /** Only deletions are reported for folders: with more events, `**` would report every change of every file. */
    protected override getWatchers(): FileSystemWatcher[] {
        return [
            { globPattern: '**/*.guardrail' },
            { globPattern: '**/package.json' },
            { globPattern: '**/guardrail.config.json' },
            { globPattern: `**/${SNIPPETS_FILE}` },
            { globPattern: '**/node_modules/*', kind: WatchKind.Create | WatchKind.Delete },
            { globPattern: '**/node_modules/@*/*', kind: WatchKind.Create | WatchKind.Delete },
            { globPattern: '**/*', kind: WatchKind.Delete }
        ];
    }
}
