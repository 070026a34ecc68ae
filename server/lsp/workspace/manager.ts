import type { LangiumDocument, LangiumDocumentFactory, LangiumSharedCoreServices, Stream } from 'langium';
import { DocumentState, URI } from 'langium';
import type { InitializeParams, WorkspaceFolder, WorkspaceFoldersChangeEvent } from 'vscode-languageserver';
import { GuardrailWorkspaceManager } from '../../../language/files/documents.js';
import { type Log, messageOf } from '../connection/log.js';

/** Manages the client's open folders, and the policies in them. */
export class LspWorkspaceManager extends GuardrailWorkspaceManager {
    private readonly documentFactory: LangiumDocumentFactory;

    constructor(
        services: LangiumSharedCoreServices,
        private readonly log: Log
    ) {
        super(services);
        this.documentFactory = services.workspace.LangiumDocumentFactory;
    }

    override initialize(params: InitializeParams): void {
        this.folders = foldersOf(params);
    }

    /** Records the folders, and nothing else: the caller handles their documents. */
    changeFolders({ added, removed }: WorkspaceFoldersChangeEvent): void {
        const changed = new Set([...added, ...removed].map(({ uri }) => URI.parse(uri).toString()));
        this.folders = [...(this.folders ?? []).filter(({ uri }) => !changed.has(URI.parse(uri).toString())), ...added];
    }

    /** True if the file is in a searched location: in an open folder, but not in a `node_modules` there. */
    searches(uri: URI): boolean {
        return (this.folders ?? []).some((folder) => {
            const root = `${URI.parse(folder.uri).toString().replace(/\/$/, '')}/`;
            const file = uri.toString();
            return file.startsWith(root) && file.slice(root.length).split('/').every(isSearched);
        });
    }

    /**
     * One unreadable file must not prevent the others from being loaded. They are parsed when they are built, open
     * files first.
     */
    protected override async loadWorkspaceDocuments(
        uris: Stream<URI>,
        collector: (document: LangiumDocument) => void
    ): Promise<void> {
        await Promise.all(
            uris.map(async (uri) => {
                try {
                    await this.fileSystemProvider.readFile(uri);
                    collector(this.unparsed(uri));
                } catch (error) {
                    this.log.warn(`${uri.toString()} cannot be read and is left out: ${messageOf(error)}`);
                }
            })
        );
    }

    private unparsed(uri: URI): LangiumDocument {
        const document = this.documentFactory.fromModel({ $type: 'INVALID' }, uri);
        document.state = DocumentState.Changed;
        return document;
    }

    /** Works like Langium's, but logs unreadable files. */
    protected override async traverseFolder(folder: URI, uris: URI[]): Promise<void> {
        try {
            const entries = await this.fileSystemProvider.readDirectory(folder);
            await Promise.all(
                entries
                    .filter((entry) => this.shouldIncludeEntry(entry))
                    .map(async (entry) => {
                        if (entry.isDirectory) {
                            await this.traverseFolder(entry.uri, uris);
                        } else if (entry.isFile) {
                            uris.push(entry.uri);
                        }
                    })
            );
        } catch (error) {
            this.log.warn(`${folder.toString()} cannot be read and is left out: ${messageOf(error)}`);
        }
    }
}

/** Decides like `shouldIncludeEntry`, by the name of a folder or file. */
function isSearched(name: string): boolean {
    return !name.startsWith('.') && name !== 'node_modules' && name !== 'out';
}

/** Older clients support only one folder, as a URI or, before that, a path. */
function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): WorkspaceFolder[] {
    if (workspaceFolders) {
        return workspaceFolders;
    }
    const root = rootUri ?? (rootPath ? URI.file(rootPath).toString() : undefined);
    return workspaceFolders === undefined && root ? [{ uri: root, name: root }] : [];
}
