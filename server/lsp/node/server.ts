import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { WorkerCheckerHost } from '../check/worker-host.js';
import { ClientFileSystem } from '../workspace/client-files.js';
import { CodePages } from '../connection/code-pages.js';
import { Lifecycle } from '../connection/lifecycle.js';
import { connectionLog, detailsOf } from '../connection/log.js';
import { createLanguageServer } from '../module.js';
import { NodeFiles } from './files.js';
import { NodeThreads } from '../../threads/node/threads.js';
import { WorkerRepairHost } from '../repair/worker-host.js';
import { WorkerSessionHost } from '../session/worker-host.js';
import { startLanguageServer } from '../start.js';

/**
 * The language server in Node: communicates with its client as the arguments of the process specify (`--stdio`,
 * `--node-ipc`, `--socket=PORT`).
 *
 * @param folder the folder of the bundle, which also contains the workers
 */
export function serve(folder: string): void {
    if (!process.argv.some((argument) => /^--(stdio|node-ipc|socket|pipe)\b/.test(argument))) {
        process.argv.push('--stdio');
    }
    const lifecycle = new Lifecycle();
    const connection = createConnection(ProposedFeatures.all, { messageStrategy: lifecycle });
    lifecycle.connect(connection);
    const log = connectionLog(connection);

    // A bug in one place must not crash the server with every open file.
    process.on('uncaughtException', (error) => log.error(`An unexpected error: ${detailsOf(error)}`));
    process.on('unhandledRejection', (error) => log.error(`An unexpected error: ${detailsOf(error)}`));

    const files = new NodeFiles(new ClientFileSystem(connection));
    const threads = new NodeThreads(folder);
    const codePages = new CodePages(fileOf);
    const services = createLanguageServer({
        connection,
        fileSystemProvider: () => files,
        checkerHost: new WorkerCheckerHost(threads),
        repairHost: new WorkerRepairHost(threads),
        log,
        codePage: codePages.of
    });
    const sessionHost = new WorkerSessionHost(threads);
    startLanguageServer({ connection, ...services, log, codePages, sessionHost });

    /** The npm package has the pages next to the server; the link opens the file. */
    function fileOf(code: string): string | undefined {
        const file = join(folder, '..', 'docs', 'codes', `${code}.md`);
        return existsSync(file) ? pathToFileURL(file).href : undefined;
    }
}
