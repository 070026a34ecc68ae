/**
 * The entry of the language server in node (dist/server.js): `--stdio`, `--node-ipc`, `--socket=PORT`.
 *
 * Its parts are loaded one after the other, the libraries first, so that no one of them holds up the process for long; what the
 * client sends meanwhile waits in the channel.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

await import('vscode-languageserver/node');
await import('../../language/module.js');
const { serve } = await import('./node/server.js');

serve(dirname(fileURLToPath(import.meta.url)));
