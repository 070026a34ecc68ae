/**
 * Starts a VS Code server that does not start itself: until 4.96, code-server gets a handler from its VS Code and
 * listens on its own.
 *
 *     node older-server.mjs FOLDER OPTION=VALUE…    the folder of the VS Code server; its options by name
 */
import { createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

const [folder, ...options] = process.argv.slice(2);
const args = Object.fromEntries(options.map((option) => option.split('=')));
const { createServer } = await require(join(folder, 'out', 'server-main')).loadCodeWithNls();
const vscode = await createServer(null, {
    ...args,
    'accept-server-license-terms': true,
    'without-connection-token': true,
    compatibility: '1.64'
});
const server = createHttpServer((request, response) => vscode.handleRequest(request, response));
server.on('upgrade', (request, socket) => vscode.handleUpgrade(request, socket));
server.listen(Number(args.port), args.host);
