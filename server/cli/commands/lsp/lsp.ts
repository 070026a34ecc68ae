/** `guardrail lsp`: the language server, for editors other than VS Code. */
import { EXIT, type ExitCode } from '../../../workspace/errors.js';

/** @param folder the folder of the program with the server, on which only this function depends */
export async function lsp(folder: URL): Promise<ExitCode> {
    // The server reads the command line itself to choose a transport.
    if (!process.argv.includes('--stdio')) {
        process.argv.push('--stdio');
    }
    // A fault ends the server, so that the editor starts another one.
    process.removeAllListeners('uncaughtException');
    await import(new URL('server.js', folder).href);
    return EXIT.ok;
}
