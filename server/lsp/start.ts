/** Connects the services to a client: each request to its feature, so that a failing feature fails alone. */
import type { LangiumDocument } from 'langium';
import { DocumentState, isOperationCancelled } from 'langium';
import type { LangiumCoreAndPartialLSPServices, LangiumSharedServices, ServiceRequirement } from 'langium/lsp';
import {
    addDocumentUpdateHandler,
    addTextDocumentContentRequestHandler,
    createRequestHandler,
    WorkspaceState
} from 'langium/lsp';
import type { CancellationToken, Connection, TextDocumentIdentifier } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { CheckRequestCancelled } from './check/service.js';
import { type CodePage, DiagnosticsPublisher } from './diagnostics/publisher.js';
import { refreshLenses } from './lens-refresh.js';
import { detailsOf, type Log, messageOf } from './log.js';
import type { GuardrailLspServices } from './module.js';
import { type CheckParams, checkRequest, checkStateNotification } from './protocol.js';
import { toCheckState } from './check/knowledge.js';

export interface StartContext {
    readonly connection: Connection;
    readonly shared: LangiumSharedServices;
    readonly guardrail: GuardrailLspServices;
    readonly log: Log;
    readonly codePage: CodePage;
}

/** Answers the client until it disconnects. */
export function startLanguageServer(context: StartContext): void {
    const { connection, shared, guardrail } = context;
    addDocumentUpdateHandler(connection, shared);
    addTextDocumentContentRequestHandler(connection, shared);
    addFeatures(context);
    addChecking(context);
    connection.onInitialize((params) => shared.lsp.LanguageServer.initialize(params));
    connection.onInitialized((params) => {
        shared.lsp.LanguageServer.initialized(params);
        guardrail.checking.Settings.initialized();
    });
    connection.onShutdown(() => guardrail.checking.CheckService.dispose());
    shared.workspace.TextDocuments.listen(connection);
    connection.listen();
}

function addFeatures({ connection, shared, log }: StartContext): void {
    const on = <P extends { textDocument: TextDocumentIdentifier }, R extends NonNullable<unknown>>(
        feature: string,
        state: ServiceRequirement,
        call: FeatureCall<P, R>
    ): Handler<P, R> => featureHandler(shared, log, feature, state, call);

    connection.onCompletion(
        on('completion', DocumentState.Linked, (lsp, document, params, token) =>
            lsp.CompletionProvider?.getCompletion(document, params, token)
        )
    );
    connection.onHover(
        on('hover', DocumentState.Linked, (lsp, document, params, token) =>
            lsp.HoverProvider?.getHoverContent(document, params, token)
        )
    );
    connection.onDefinition(
        on('definition', DocumentState.Linked, (lsp, document, params, token) =>
            lsp.DefinitionProvider?.getDefinition(document, params, token)
        )
    );
    connection.onReferences(
        on('references', WorkspaceState.IndexedReferences, (lsp, document, params, token) =>
            lsp.ReferencesProvider?.findReferences(document, params, token)
        )
    );
    connection.onDocumentHighlight(
        on('document highlight', WorkspaceState.IndexedReferences, (lsp, document, params, token) =>
            lsp.DocumentHighlightProvider?.getDocumentHighlight(document, params, token)
        )
    );
    connection.onDocumentSymbol(
        on('document symbols', DocumentState.Parsed, (lsp, document, params, token) =>
            lsp.DocumentSymbolProvider?.getSymbols(document, params, token)
        )
    );
    connection.onFoldingRanges(
        on('folding', DocumentState.Parsed, (lsp, document, params, token) =>
            lsp.FoldingRangeProvider?.getFoldingRanges(document, params, token)
        )
    );
    connection.onPrepareRename(
        on('rename', WorkspaceState.IndexedReferences, (lsp, document, params, token) =>
            lsp.RenameProvider?.prepareRename(document, params, token)
        )
    );
    connection.onRenameRequest(
        on('rename', WorkspaceState.IndexedReferences, (lsp, document, params, token) =>
            lsp.RenameProvider?.rename(document, params, token)
        )
    );
    connection.onCodeLens(
        on('code lens', DocumentState.IndexedReferences, (lsp, document, params, token) =>
            lsp.CodeLensProvider?.provideCodeLens(document, params, token)
        )
    );
    connection.languages.semanticTokens.on(
        on('semantic tokens', DocumentState.Linked, (lsp, document, params, token) =>
            lsp.SemanticTokenProvider?.semanticHighlight(document, params, token)
        )
    );
    connection.languages.semanticTokens.onRange(
        on('semantic tokens', DocumentState.Linked, (lsp, document, params, token) =>
            lsp.SemanticTokenProvider?.semanticHighlightRange(document, params, token)
        )
    );
    const symbols = shared.lsp.WorkspaceSymbolProvider;
    connection.onWorkspaceSymbol(async (params, token) => {
        try {
            await shared.workspace.DocumentBuilder.waitUntil(DocumentState.IndexedContent, token);
            return await shared.workspace.WorkspaceLock.read(() => symbols?.getSymbols(params, token));
        } catch (error) {
            return answerTo(error, 'workspace symbols', log);
        }
    });
}

function addChecking(context: StartContext): void {
    const { connection, shared, guardrail, log } = context;
    const { CheckService: checks, Settings: settings } = guardrail.checking;
    const publisher = new DiagnosticsPublisher({ shared, connection, checks, codePage: context.codePage, log });
    shared.lsp.LanguageServer.onInitialize((params) => {
        settings.initialize(params);
        publisher.initialize(params);
    });
    connection.onDidChangeConfiguration((change) => {
        shared.workspace.ConfigurationProvider.updateConfiguration(change);
        settings.changedTo(change.settings);
    });
    shared.workspace.TextDocuments.onDidSave(({ document }) => checks.saved(document.uri));
    checks.onDidChange((uri) => {
        const known = checks.get(uri);
        const version = shared.workspace.TextDocuments.get(uri)?.version ?? 0;
        void connection.sendNotification(
            checkStateNotification,
            known ? toCheckState(known) : { uri, version, state: 'invalid' }
        );
    });
    refreshLenses(connection, shared, checks, log);
    connection.onRequest(checkRequest, async ({ uri }: CheckParams, token: CancellationToken) => {
        try {
            await shared.workspace.WorkspaceManager.ready;
            return await checks.check(uri, token);
        } catch (error) {
            if (isCancelled(error)) {
                return cancelled();
            }
            return new ResponseError(LSPErrorCodes.RequestFailed, messageOf(error));
        }
    });
}

type LspServices = NonNullable<LangiumCoreAndPartialLSPServices['lsp']>;
type Answer<R> = R | null | undefined;
type FeatureCall<P, R> = (
    lsp: LspServices,
    document: LangiumDocument,
    params: P,
    token: CancellationToken
) => Answer<R> | Promise<Answer<R>>;
type Handler<P, R> = (params: P, token: CancellationToken) => Promise<R | null | ResponseError>;

function featureHandler<P extends { textDocument: TextDocumentIdentifier }, R extends NonNullable<unknown>>(
    shared: LangiumSharedServices,
    log: Log,
    feature: string,
    state: ServiceRequirement,
    call: FeatureCall<P, R>
): Handler<P, R> {
    const handler = createRequestHandler<P, R>(
        (services, document, params, token) => (services.lsp ? call(services.lsp, document, params, token) : null),
        shared,
        state
    );
    return async (params, token) => {
        if (token.isCancellationRequested) {
            return cancelled();
        }
        try {
            return await handler(params, token);
        } catch (error) {
            return answerTo(error, feature, log);
        }
    };
}

/** What went wrong inside of a feature is for the log; the author sees that there is no answer, and can go on. */
function answerTo(error: unknown, feature: string, log: Log): ResponseError | null {
    if (isCancelled(error)) {
        return cancelled();
    }
    if (error instanceof ResponseError) {
        return error as ResponseError;
    }
    log.error(`The feature "${feature}" failed: ${detailsOf(error)}`);
    return null;
}

function isCancelled(error: unknown): boolean {
    return isOperationCancelled(error) || error instanceof CheckRequestCancelled;
}

function cancelled(): ResponseError {
    return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request has been cancelled.');
}
