/** `guardrail mcp` on the command line. */
import type { Command } from 'commander';
import type { Run } from '../run.js';

/** @param folder the folder of the program */
export function defineMcp(program: Command, run: Run, folder: URL): void {
    program
        .command('mcp')
        .description('serve the tools for assistants over the Model Context Protocol, on standard input and output')
        .action(async () => {
            const { mcp } = await import('./mcp.js');
            await run((terminal) => mcp(folder, terminal));
        });
}
