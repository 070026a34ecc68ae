/** `guardrail lsp` on the command line. */
import type { Command } from 'commander';
import type { Run } from '../run.js';

/** @param folder the folder of the program */
export function defineLsp(program: Command, run: Run, folder: URL): void {
    program
        .command('lsp')
        .description('the language server for editors, over the Language Server Protocol')
        .option('--stdio', 'on standard input and output, which is the default')
        .action(async () => {
            const { lsp } = await import('./lsp.js');
            await run(() => lsp(folder));
        });
}
