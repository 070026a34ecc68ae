/** The entry of the language server in a browser worker (dist/web-server.js). */
import {
    BrowserMessageReader,
    BrowserMessageWriter,
    createConnection,
    ProposedFeatures
} from 'vscode-languageserver/browser';
import { WorkerCheckerHost } from '../check/worker-host.js';
import { ClientFileSystem } from '../workspace/client-files.js';
import { CodePages } from '../connection/code-pages.js';
import { Lifecycle } from '../connection/lifecycle.js';
import { connectionLog, detailsOf } from '../connection/log.js';
import { createLanguageServer } from '../module.js';
import { WorkerRepairHost } from '../repair/worker-host.js';
import { WorkerSessionHost } from '../session/worker-host.js';
import { startLanguageServer } from '../start.js';
import { tellReady } from '../../threads/web/module-worker.js';
import { WebThreads } from '../../threads/web/threads.js';

const folder = new URL('.', import.meta.url).href;
const lifecycle = new Lifecycle();
const connection = createConnection(
    ProposedFeatures.all,
    new BrowserMessageReader(self),
    new BrowserMessageWriter(self),
    {
        messageStrategy: lifecycle
    }
);
lifecycle.connect(connection);
const log = connectionLog(connection);

// A bug in one place must not crash the server with every open file.
addEventListener('error', ({ error }) => log.error(`An unexpected error: ${detailsOf(error)}`));
addEventListener('unhandledrejection', ({ reason }) => log.error(`An unexpected error: ${detailsOf(reason)}`));

const threads = new WebThreads(folder);
const files = new ClientFileSystem(connection);
/** The npm package has a page for each code next to the bundles. */
const codePages = new CodePages((code) => new URL(`../docs/codes/${code}.md`, folder).href);
const services = createLanguageServer({
    connection,
    fileSystemProvider: () => files,
    checkerHost: new WorkerCheckerHost(threads),
    repairHost: new WorkerRepairHost(threads),
    log,
    codePage: codePages.of
});
startLanguageServer({ connection, ...services, log, codePages, sessionHost: new WorkerSessionHost(threads) });
connection.onExit(() => close());
tellReady();
