/**
 * The entry of the language server in Node (dist/server.js), with `--stdio`, `--node-ipc` or `--socket=PORT`.
 *
 * Its parts are loaded one after the other, the libraries first, so that none of them blocks the process for long;
 * messages from the client wait in the channel in the meantime.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

await import('vscode-languageserver/node');
await import('../../language/module.js');
const { serve } = await import('./node/server.js');

serve(dirname(fileURLToPath(import.meta.url)));
