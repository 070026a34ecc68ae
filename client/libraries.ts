/**
 * What takes long to load: the libraries of the language client and of the debug adapter, and what is made with them. This is a
 * bundle of its own, which the other loads (`load-libraries.ts`) once the extension is active.
 */
export { SessionDebugger } from './debugger/adapter.js';
export { createClient } from './language-client.js';
