/** `guardrail lsp`: the language server as other editors than VS Code start it. */
import { EXIT, type ExitCode } from '../../../workspace/errors.js';

/** @param folder where the program is, with the server beside it; the command line knows nothing else of it */
export async function lsp(folder: URL): Promise<ExitCode> {
    // The server reads the command line itself, and asks for a transport there.
    if (!process.argv.includes('--stdio')) {
        process.argv.push('--stdio');
    }
    // A fault of the server ends it, so that the editor starts another.
    process.removeAllListeners('uncaughtException');
    await import(new URL('server.js', folder).href);
    return EXIT.ok;
}
