import { URI } from 'langium';
import type { Connection, WorkspaceFoldersChangeEvent } from 'vscode-languageserver';
import { isBuiltin } from '../../../language/library/builtin.js';
import { detailsOf, type Log } from '../connection/log.js';
import type { GuardrailSharedServices } from '../module.js';

/** Tracks the open folders: the policies of a new folder are loaded, and those of a closed one are released. */
export function followFolders(connection: Connection, shared: GuardrailSharedServices, log: Log): void {
    let canTell = false;
    let latest = Promise.resolve();
    shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
        canTell = capabilities.workspace?.workspaceFolders === true;
    });
    shared.lsp.LanguageServer.onInitialized(() => {
        if (canTell) {
            connection.workspace.onDidChangeWorkspaceFolders((event) => {
                latest = latest
                    .then(() => changeFolders(shared, event))
                    .catch((error: unknown) => log.error(`The folders could not be updated: ${detailsOf(error)}`));
            });
        }
    });
}

async function changeFolders(shared: GuardrailSharedServices, event: WorkspaceFoldersChangeEvent): Promise<void> {
    const { WorkspaceManager, LangiumDocuments, TextDocuments } = shared.workspace;
    await WorkspaceManager.ready;
    WorkspaceManager.changeFolders(event);
    const found = await Promise.all(event.added.map(({ uri }) => WorkspaceManager.searchFolder(URI.parse(uri))));
    const isNeeded = (uri: URI): boolean =>
        isBuiltin(uri) || !!TextDocuments.get(uri) || WorkspaceManager.searches(uri);
    // A file that an open policy imports is loaded again together with the policy.
    const left = event.removed
        .flatMap(({ uri }) => LangiumDocuments.getDocuments(URI.parse(uri)).map((document) => document.uri))
        .filter((uri) => !isNeeded(uri));
    shared.lsp.DocumentUpdateHandler.update(
        found.flat().filter((uri) => !LangiumDocuments.hasDocument(uri)),
        left
    );
}
