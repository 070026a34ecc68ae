/** Connects the services to a client. The requests and who answers them stand in `features.ts`. */
import { addDocumentUpdateHandler, addFileOperationHandler, addTextDocumentContentRequestHandler } from 'langium/lsp';
import type { CodeAction } from 'vscode-languageserver';
import { addChecking, type CheckingContext } from './checking.js';
import { addFeatures } from './features.js';
import { addResolveSteps } from './resolve-features.js';
import { RequestHandlers } from './requests.js';
import { followFolders } from './workspace-folders.js';

export type StartContext = CheckingContext;

/** Answers the client until it disconnects. */
export function startLanguageServer(context: StartContext): void {
    const { connection, shared, guardrail, log } = context;
    addDocumentUpdateHandler(connection, shared);
    addFileOperationHandler(connection, shared);
    addTextDocumentContentRequestHandler(connection, shared);
    addFeatures(connection, shared, log);
    addResolveSteps(context);
    addChecking(context);
    const resolve = new RequestHandlers(shared, log).any('code actions', (action: CodeAction, token) =>
        guardrail.editing.CodeActions.resolve(action, token)
    );
    connection.onCodeActionResolve(async (action, token) => (await resolve(action, token)) ?? action);
    followFolders(connection, shared, log);
    connection.onInitialize((params) => shared.lsp.LanguageServer.initialize(params));
    connection.onInitialized((params) => {
        shared.lsp.LanguageServer.initialized(params);
        guardrail.checking.Settings.initialized();
    });
    shared.workspace.TextDocuments.listen(connection);
    connection.listen();
}
