/** The entry of the language server in node (dist/server.js): `--stdio`, `--node-ipc`, `--socket=PORT`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NodeFileSystem } from 'langium/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { NodeCheckerHost } from './check/node-host.js';
import { Lifecycle } from './lifecycle.js';
import { connectionLog, detailsOf } from './log.js';
import { createLanguageServer } from './module.js';
import { NodeRepairHost } from './repair/node-host.js';
import { startLanguageServer } from './start.js';

if (!process.argv.some((argument) => /^--(stdio|node-ipc|socket|pipe)\b/.test(argument))) {
    process.argv.push('--stdio');
}

/** The folder of the bundle, where the worker is too. */
const here = dirname(fileURLToPath(import.meta.url));

const lifecycle = new Lifecycle();
const connection = createConnection(ProposedFeatures.all, { messageStrategy: lifecycle });
lifecycle.connect(connection);
const log = connectionLog(connection);

// A bug in one place must not take the server, and with it every open file, down.
process.on('uncaughtException', (error) => log.error(`An unexpected error: ${detailsOf(error)}`));
process.on('unhandledRejection', (error) => log.error(`An unexpected error: ${detailsOf(error)}`));

const services = createLanguageServer({
    connection,
    ...NodeFileSystem,
    checkerHost: new NodeCheckerHost(join(here, 'worker.js')),
    repairHost: new NodeRepairHost(join(here, 'repair-worker.js')),
    log
});
startLanguageServer({ connection, ...services, log, codePage });

/** The pages are shipped beside the server; the link opens the file. */
function codePage(code: string): string | undefined {
    const file = join(here, '..', 'docs', 'codes', `${code}.md`);
    return existsSync(file) ? pathToFileURL(file).href : undefined;
}
