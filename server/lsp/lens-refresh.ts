import type { LangiumSharedServices } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { CodeLensRefreshRequest } from 'vscode-languageserver';
import type { CheckService } from './check/service.js';
import { type Log, messageOf } from './log.js';

/** Results come one by one; a client is asked at most this often to fetch its lenses anew. */
const REFRESH_EVERY_MS = 200;

/** Asks the client for its lenses anew whenever a verdict of an open file has changed. */
export function refreshLenses(
    connection: Connection,
    shared: LangiumSharedServices,
    checks: CheckService,
    log: Log
): void {
    let supported = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    shared.lsp.LanguageServer.onInitialize((params) => {
        supported = params.capabilities.workspace?.codeLens?.refreshSupport === true;
    });
    checks.onDidChange((uri) => {
        const known = checks.get(uri);
        if (!supported || !shared.workspace.TextDocuments.get(uri)) {
            return;
        }
        const isFinal = known?.state !== 'checking' && known?.state !== 'cancelled';
        if (isFinal) {
            clearTimeout(timer);
            timer = undefined;
            send();
        } else {
            timer ??= setTimeout(() => {
                timer = undefined;
                send();
            }, REFRESH_EVERY_MS);
        }
    });
    const send = (): void => {
        connection
            .sendRequest(CodeLensRefreshRequest.type)
            .catch((error: unknown) => log.warn(`The client did not refresh its lenses: ${messageOf(error)}`));
    };
}
