/**
 * Contains the parts that take long to load: the libraries of the language client and of the debug adapter, and the
 * code that uses them. They form a separate bundle, which the main one (`load-libraries.ts`) loads once the extension
 * is active.
 */
export { SessionDebugger } from './debugger/adapter.js';
export { createClient } from './language-client.js';
