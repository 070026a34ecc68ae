/** Connects the services to a client. The requests and their services are listed in `features/requests.ts`. */
import { setInterruptionPeriod } from 'langium';
import { addDocumentUpdateHandler, addFileOperationHandler, addTextDocumentContentRequestHandler } from 'langium/lsp';
import { addChecking, type CheckingContext } from './check/connect.js';
import { addCodeActions } from './features/code-actions/provider.js';
import type { CodePages } from './connection/code-pages.js';
import { addFeatures } from './features/requests.js';
import { addResolveSteps } from './features/resolve.js';
import { RequestHandlers } from './connection/request-handlers.js';
import { addSessions } from './session/connect.js';
import type { SessionHost } from './session/host.js';
import { addPacks } from './packs/connect.js';
import { addRepairs } from './repair/connect.js';
import { addTests } from './testing/connect.js';
import { addTraces } from './traces/connect.js';
import { followFolders } from './workspace/folders.js';

export interface StartContext extends Omit<CheckingContext, 'codePage'> {
    readonly codePages: CodePages;
    /** Without it, sessions are not played. */
    readonly sessionHost?: SessionHost;
}

/**
 * The time after which parsing yields to requests. Langium's 10 ms is a third of what an author may wait for an answer.
 */
const INTERRUPT_EVERY_MS = 4;

/** Answers the client until it disconnects. */
export function startLanguageServer({ codePages, ...rest }: StartContext): void {
    const context = { ...rest, codePage: codePages.of };
    const { connection, shared, guardrail, log } = context;
    setInterruptionPeriod(INTERRUPT_EVERY_MS);
    addDocumentUpdateHandler(connection, shared);
    addFileOperationHandler(connection, shared);
    addTextDocumentContentRequestHandler(connection, shared);
    addFeatures(connection, shared, guardrail, log);
    addResolveSteps(context);
    addChecking(context);
    addCodeActions(connection, guardrail, new RequestHandlers(shared, log));
    addRepairs(connection, guardrail, new RequestHandlers(shared, log));
    addTests(connection, shared, guardrail, log);
    addPacks(connection, shared, guardrail, new RequestHandlers(shared, log));
    addSessions(context, context.sessionHost);
    addTraces(connection, { shared, guardrail }, new RequestHandlers(shared, log));
    followFolders(connection, shared, log);
    connection.onInitialize((params) => {
        codePages.initialize(params);
        return shared.lsp.LanguageServer.initialize(params);
    });
    connection.onInitialized((params) => {
        shared.lsp.LanguageServer.initialized(params);
        guardrail.checking.Settings.initialized();
        shared.lsp.AgentSettings.start(guardrail.checking.Settings);
    });
    shared.workspace.TextDocuments.listen(connection);
    connection.listen();
}
