import type { LangiumSharedServices } from 'langium/lsp';
import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver';
import type { CheckService } from '../../check/service.js';
import type { Log } from '../../connection/log.js';
import { Refresher } from '../../connection/refresher.js';

/** Tells the client to request its lenses again whenever a verdict of an open file has changed. */
export function refreshLenses(
    connection: Connection,
    shared: LangiumSharedServices,
    checks: CheckService,
    log: Log
): void {
    let supported = false;
    const lenses = new Refresher('lenses', () => connection.sendRequest(CodeLensRefreshRequest.type), log);
    shared.lsp.LanguageServer.onInitialize((params) => {
        supported = params.capabilities.workspace?.codeLens?.refreshSupport === true;
    });
    checks.onDidChange((uri) => {
        if (!supported || !shared.workspace.TextDocuments.get(uri)) {
            return;
        }
        const state = checks.get(uri)?.state;
        if (state === 'checking' || state === 'cancelled') {
            lenses.soon();
        } else {
            lenses.now();
        }
    });
}
