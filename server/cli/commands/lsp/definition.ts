/** `guardrail lsp`: the language server, for editors other than VS Code. */
import type { Command } from 'commander';
import { EXIT } from '../../../workspace/errors.js';
import type { Run } from '../run.js';

/** @param folder the folder of the program with the server, on which only this command depends */
export function defineLsp(program: Command, run: Run, folder: URL): void {
    program
        .command('lsp')
        .description('the language server for editors, over the Language Server Protocol')
        .option('--stdio', 'on standard input and output, which is the default')
        .action(() =>
            run(async () => {
                // The server reads the command line itself to choose a transport.
                if (!process.argv.includes('--stdio')) {
                    process.argv.push('--stdio');
                }
                // A fault ends the server, so that the editor starts another one.
                process.removeAllListeners('uncaughtException');
                await import(new URL('server.js', folder).href);
                return EXIT.ok;
            })
        );
}
