/** Sends diagnostics to the client in the way that the client supports. */
import {
    LSPErrorCodes,
    ResponseError,
    type Connection,
    type Disposable,
    type DocumentDiagnosticParams,
    type DocumentDiagnosticReport,
    type WorkspaceDiagnosticParams,
    type WorkspaceDiagnosticReport
} from 'vscode-languageserver';
import type { CheckService } from '../../check/service.js';
import type { Log } from '../../connection/log.js';
import type { SettingsService } from '../../connection/settings.js';
import type { GuardrailSharedServices } from '../../module.js';
import { RequestHandlers } from '../../connection/request-handlers.js';
import { DiagnosticPull, pullsDiagnostics } from './pull.js';
import { type CodePage, DiagnosticShape } from './shape.js';
import { DiagnosticStore } from './store.js';

export interface DiagnosticsContext {
    readonly connection: Connection;
    readonly shared: GuardrailSharedServices;
    readonly checks: CheckService;
    readonly settings: SettingsService;
    readonly codePage: CodePage;
    readonly log: Log;
}

/** The result is to be disposed when the server shuts down. */
export function addDiagnostics(context: DiagnosticsContext): Disposable {
    const { connection, shared, codePage, log } = context;
    const shape = new DiagnosticShape(codePage);
    const store = new DiagnosticStore({ ...context, shape });
    const pull = new DiagnosticPull({ connection, shared, store, log });
    const on = new RequestHandlers(shared, log);
    const { diagnostics } = connection.languages;
    diagnostics.on(async (params, token) => {
        const handler = on.any<DocumentDiagnosticParams, DocumentDiagnosticReport>('diagnostics', (...of) =>
            pull.document(...of)
        );
        return (await handler(params, token)) ?? failed();
    });
    diagnostics.onWorkspace(async (params, token, progress, partial) => {
        progress.begin('Guardrail', undefined, 'Reading policies');
        const handler = on.any<WorkspaceDiagnosticParams, WorkspaceDiagnosticReport>('workspace diagnostics', (...of) =>
            pull.workspace(...of, partial, () => progress.done())
        );
        return (await handler(params, token)) ?? failed();
    });
    shared.lsp.LanguageServer.onInitialize((params) => {
        shape.initialize(params);
        if (pullsDiagnostics(params)) {
            pull.initialize(params);
        } else {
            pushDiagnostics(connection, store);
        }
    });
    return {
        dispose: () => {
            pull.dispose();
            store.dispose();
        }
    };
}

/** Throws, because an empty answer would mean that there are no problems. */
function failed(): never {
    throw new ResponseError(LSPErrorCodes.RequestFailed, 'Diagnostics could not be computed; see the log.');
}

/** Sends diagnostics as they change, for a client that does not pull them. */
function pushDiagnostics(connection: Connection, store: DiagnosticStore): void {
    /** The version and the result of the diagnostics that the client shows, by file. */
    const sent = new Map<string, string>();
    store.onDidChange((uri) => {
        const file = store.get(uri);
        const id = file && `${file.version} ${file.resultId}`;
        // A file on disk without diagnostics needs no message, unless it had some before.
        const isNews = file ? file.items.length > 0 || file.version !== null || sent.has(uri) : sent.has(uri);
        if (!isNews || sent.get(uri) === id) {
            return;
        }
        if (id === undefined) {
            sent.delete(uri);
        } else {
            sent.set(uri, id);
        }
        void connection.sendDiagnostics({
            uri,
            diagnostics: file?.items ?? [],
            ...(file && file.version !== null && { version: file.version })
        });
    });
}
