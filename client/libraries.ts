/**
 * The parts that take long to load: the libraries of the language client and of the debug adapter, and their users.
 * They are a bundle of their own, which the other one (`load-libraries.ts`) loads once the extension is active.
 */
export { SessionDebugger } from './debugger/adapter.js';
export { createClient } from './language-client.js';
