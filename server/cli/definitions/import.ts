/** `guardrail import` on the command line. */
import type { Command } from 'commander';
import type { Run } from './run.js';

interface ImportFlags {
    readonly server?: readonly string[];
    readonly output?: string;
    readonly force?: boolean;
}

export function defineImport(program: Command, run: Run): void {
    program
        .command('import')
        .description('write an inventory from what servers say about their tools')
        .command('mcp')
        .description('an inventory from the answer of MCP servers to `tools/list`')
        .argument('<file>', 'JSON: a tools/list result, an array of tools, or several servers by name')
        .option('--server <name...>', 'which of several servers; the name of the server for a single list')
        .option('-o, --output <file>', 'write to a file instead of standard output')
        .option('--force', 'overwrite the file')
        .action(async (file: string, flags: ImportFlags) => {
            const { importMcp } = await import('../commands/import-mcp.js');
            await run((terminal) => importMcp(file, { ...flags, force: flags.force ?? false }, terminal));
        });
}
