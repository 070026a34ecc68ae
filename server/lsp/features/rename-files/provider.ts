import { URI } from 'langium';
import type { FileOperationHandler } from 'langium/lsp';
import type {
    CreateFilesParams,
    DeleteFilesParams,
    FileOperationOptions,
    FileOperationRegistrationOptions,
    InitializeParams,
    RenameFilesParams,
    TextDocumentEdit,
    WorkspaceEdit
} from 'vscode-languageserver';
import type { GuardrailSharedServices } from '../../module.js';
import { changesApplied } from '../../connection/ready.js';
import { importEdits } from './moved-imports.js';

/** The files that are registered: policies, and folders, whose contents move with them. */
const OURS: FileOperationRegistrationOptions = {
    filters: [
        { scheme: 'file', pattern: { glob: '**/*.guardrail', matches: 'file' } },
        { scheme: 'file', pattern: { glob: '**', matches: 'folder' } }
    ]
};

/**
 * Handles files that are created, renamed and deleted in the editor. A rename updates the imports. A deletion changes
 * no other file: its importers report it (GR210), because removing the import would silently change the meaning of a
 * policy.
 */
export class GuardrailFileOperationHandler implements FileOperationHandler {
    readonly fileOperationOptions: FileOperationOptions = {
        didCreate: OURS,
        willRename: OURS,
        didRename: OURS,
        didDelete: OURS
    };
    private withVersions = false;

    constructor(private readonly services: GuardrailSharedServices) {
        services.lsp.LanguageServer.onInitialize(({ capabilities }: InitializeParams) => {
            this.withVersions = capabilities.workspace?.workspaceEdit?.documentChanges === true;
        });
    }

    async willRenameFiles({ files }: RenameFilesParams): Promise<WorkspaceEdit | null> {
        const { WorkspaceLock, LangiumDocuments, TextDocuments } = this.services.workspace;
        await changesApplied(this.services);
        const found = await WorkspaceLock.read(() => importEdits(files, LangiumDocuments));
        if (found.length === 0) {
            return null;
        }
        if (!this.withVersions) {
            return {
                changes: Object.fromEntries(found.map(({ document, edits }) => [document.uri.toString(), edits]))
            };
        }
        const documentChanges = found.map(({ document, edits }): TextDocumentEdit => {
            const uri = document.uri.toString();
            return { textDocument: { uri, version: TextDocuments.get(uri)?.version ?? null }, edits };
        });
        return { documentChanges };
    }

    didCreateFiles({ files }: CreateFilesParams): void {
        this.changed(
            files.map(({ uri }) => uri),
            []
        );
    }

    didRenameFiles({ files }: RenameFilesParams): void {
        this.changed(
            files.map(({ newUri }) => newUri),
            files.map(({ oldUri }) => oldUri)
        );
    }

    didDeleteFiles({ files }: DeleteFilesParams): void {
        this.changed(
            [],
            files.map(({ uri }) => uri)
        );
    }

    private changed(there: readonly string[], gone: readonly string[]): void {
        this.services.lsp.DocumentUpdateHandler.filesChanged(
            there.map((uri) => URI.parse(uri)),
            gone.map((uri) => URI.parse(uri))
        );
    }
}
