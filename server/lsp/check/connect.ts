/** Connects the checker to a client: sends its results and receives its settings. */
import { DocumentState, isOperationCancelled, URI } from 'langium';
import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { toCheckState } from './policy-knowledge.js';
import { reportProgress } from './progress.js';
import { CheckRequestCancelled } from './service.js';
import { addDiagnostics } from '../features/diagnostics/connect.js';
import type { CodePage } from '../features/diagnostics/shape.js';
import { refreshLenses } from '../features/code-lens/refresh.js';
import { type Log, messageOf } from '../connection/log.js';
import type { GuardrailLspServices, GuardrailSharedServices } from '../module.js';
import { type CheckParams, checkRequest, checkStateNotification } from '../protocol.js';
import { untilReached } from '../connection/ready.js';
import { cancelled, RequestHandlers } from '../connection/request-handlers.js';

export interface CheckingContext {
    readonly connection: Connection;
    readonly shared: GuardrailSharedServices;
    readonly guardrail: GuardrailLspServices;
    readonly log: Log;
    readonly codePage: CodePage;
}

export function addChecking({ connection, shared, guardrail, log, codePage }: CheckingContext): void {
    const { CheckService: checks, Settings: settings } = guardrail.checking;
    const diagnostics = addDiagnostics({ connection, shared, checks, settings, codePage, log });
    connection.onShutdown(() => {
        diagnostics.dispose();
        checks.dispose();
        guardrail.editing.Repairs.dispose();
    });
    shared.lsp.LanguageServer.onInitialize((params) => settings.initialize(params));
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
    reportProgress(connection, shared, checks, log);
    const check = async ({ uri }: CheckParams, token: CancellationToken): Promise<unknown> => {
        try {
            const parsed = URI.parse(uri);
            if (shared.lsp.AgentSettings.has(parsed)) {
                return await shared.lsp.AgentSettings.result(parsed);
            }
            await untilReached(shared, DocumentState.Validated, undefined, token);
            return await checks.check(uri, token);
        } catch (error) {
            if (error instanceof CheckRequestCancelled || isOperationCancelled(error)) {
                throw cancelled();
            }
            throw new ResponseError(LSPErrorCodes.RequestFailed, messageOf(error));
        }
    };
    connection.onRequest(checkRequest, new RequestHandlers(shared, log).any('check', check));
}
