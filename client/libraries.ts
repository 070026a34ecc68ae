/**
 * Contains the parts that take long to load: the libraries of the language client and of the debug adapter, and the
 * code that uses them. They form a separate bundle, which the main one (`load-libraries.ts`) loads once the extension
 * is active.
 */
import type * as node from './node/command-line.js';

export { SessionDebugger } from './debugger/adapter.js';
export { createClient } from './language-client.js';

/** The part that starts programs, which a browser cannot load. */
export const commandLine = (): Promise<typeof node> => import('./node/command-line.js');
