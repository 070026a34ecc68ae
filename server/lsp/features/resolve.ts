/** Handles the follow-ups to requests about a document: the resolve steps, and refresh requests to the client. */
import { DocumentState } from 'langium';
import type { CancellationToken, Connection, InitializeParams, ResponseError } from 'vscode-languageserver';
import { InlayHintRefreshRequest, SemanticTokensRefreshRequest } from 'vscode-languageserver';
import { type Log, messageOf } from '../connection/log.js';
import type { GuardrailLspServices, GuardrailSharedServices } from '../module.js';
import { resolveReferences } from './code-lens/references.js';
import { RequestHandlers } from '../connection/request-handlers.js';
import { selectionRanges } from './selection-ranges.js';

export interface ResolveContext {
    readonly connection: Connection;
    readonly shared: GuardrailSharedServices;
    readonly guardrail: GuardrailLspServices;
    readonly log: Log;
}

export function addResolveSteps({ connection, shared, guardrail, log }: ResolveContext): void {
    const on = new RequestHandlers(shared, log);
    /** An item that cannot be resolved is returned unchanged. */
    const step = <T>(feature: string, resolve: (item: T, token: CancellationToken) => T | Promise<T>) => {
        const handler = on.any<T, T>(feature, (item, token) =>
            shared.workspace.WorkspaceLock.read(() => resolve(item, token))
        );
        return async (item: T, token: CancellationToken): Promise<T | ResponseError> =>
            (await handler(item, token)) ?? item;
    };
    connection.onSelectionRanges(
        on.document('selection ranges', DocumentState.Parsed, (_lsp, document, { positions }) =>
            selectionRanges(document, positions)
        )
    );
    connection.onCompletionResolve(step('completion', (item) => guardrail.editing.Completion.resolve(item)));
    connection.onCodeLensResolve(
        step('code lens', async (lens, token) => {
            await guardrail.references.References.readNames(token);
            return resolveReferences(lens, guardrail);
        })
    );
    connection.languages.inlayHint.resolve(step('inlay hints', (hint) => guardrail.queries.InlayHints.resolve(hint)));
    connection.onWorkspaceSymbolResolve(
        step('workspace symbols', (symbol) => shared.lsp.WorkspaceSymbolProvider.resolveSymbol(symbol))
    );
    refreshOnChange({ connection, shared, guardrail, log });
}

/** The minimum time between two refresh requests, because one change of a file can affect many others. */
const REFRESH_AFTER_MS = 300;

/**
 * Hints and colours of a file depend on its imports, and hints on settings: the client cannot detect that they changed.
 */
function refreshOnChange({ connection, shared, guardrail, log }: ResolveContext): void {
    let client: InitializeParams['capabilities'] = {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    shared.lsp.LanguageServer.onInitialize(({ capabilities }) => (client = capabilities));
    const send = (): void => {
        timer = undefined;
        const wanted = [
            ...(client.workspace?.inlayHint?.refreshSupport ? [InlayHintRefreshRequest.type] : []),
            ...(client.workspace?.semanticTokens?.refreshSupport ? [SemanticTokensRefreshRequest.type] : [])
        ];
        for (const type of wanted) {
            connection
                .sendRequest(type)
                .catch((error: unknown) => log.warn(`The client did not refresh: ${messageOf(error)}`));
        }
    };
    const later = (): void => {
        timer ??= setTimeout(send, REFRESH_AFTER_MS);
    };
    guardrail.checking.Settings.onDidChange(later);
    /** The versions of the open files at the last build. */
    const versions = new Map<string, number>();
    shared.workspace.TextDocuments.onDidClose(({ document }) => versions.delete(document.uri));
    shared.workspace.DocumentBuilder.onDocumentPhase(DocumentState.IndexedReferences, ({ uri }) => {
        const text = shared.workspace.TextDocuments.get(uri.toString());
        // The client sends a request on its own for a file that was just edited.
        if (text && versions.get(text.uri) === text.version) {
            later();
        }
        if (text) {
            versions.set(text.uri, text.version);
        }
    });
}
