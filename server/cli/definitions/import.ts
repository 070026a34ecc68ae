/** `guardrail import` on the command line. */
import { type Command, Option } from 'commander';
import { CliError } from '../errors.js';
import { seconds } from '../options.js';
import { CHECK_FORMATS, type CheckFormat } from '../reports/formats.js';
import type { Run } from './run.js';

interface ImportFlags {
    readonly config?: string;
    readonly server?: readonly string[];
    readonly header: readonly string[];
    readonly timeout: number;
    readonly output?: string;
    readonly force?: boolean;
    readonly refresh?: boolean;
    readonly check?: boolean;
    readonly format: CheckFormat;
}

const SOURCES = `
Sources: a JSON file with an answer to tools/list, https://HOST/mcp, -- COMMAND
for a server to start, or --config FILE of a client, such as .mcp.json

Exit codes:
  0  the inventory is written, or with --check says what its servers say
  1  with --check: something changed
  2  a server fails, or the input or the command line is wrong`;

/** @param folder where the program is */
export function defineImport(program: Command, run: Run, folder: URL): void {
    program
        .command('import')
        .description('write an inventory from what servers say about their tools')
        .command('mcp')
        .usage('[options] <source>\n       guardrail import mcp [options] -- <command> [args...]')
        .description('an inventory from what MCP servers say about their tools')
        .argument('[source...]', 'a JSON file, the address of a server, or -- and its command')
        .option('--config <file>', 'ask all servers of a client configuration')
        .option('--server <name...>', 'which of several servers; the name of a single one')
        .addOption(
            new Option('--header <line>', 'a header for the address, "Name: value"; may be repeated')
                .argParser((line: string, before: readonly string[]) => [...before, line])
                .default([], 'none')
        )
        .addOption(
            new Option('--timeout <seconds>', 'how long to wait for an answer of a server')
                .argParser(seconds)
                .default(30_000, '30')
        )
        .option('-o, --output <file>', 'write to a file instead of standard output')
        .option('--force', 'overwrite the file')
        .option('--refresh', 'bring the file up to date: what its author wrote stays')
        .option('--check', 'only say what changed since the file was written')
        .addOption(new Option('--format <format>', 'the report of --check').choices(CHECK_FORMATS).default('pretty'))
        .addHelpText('after', SOURCES)
        .action(async (operands: string[], { timeout, ...flags }: ImportFlags) => {
            const { importMcp } = await import('../commands/import-mcp.js');
            const options = { ...flags, ...sourceOf(operands, rawArgs(program)), timeoutMs: timeout };
            const { server = [], force = false, refresh, check } = flags;
            const mode = check ? ('check' as const) : refresh ? ('refresh' as const) : undefined;
            await run((terminal) => importMcp({ ...options, server, force, ...(mode && { mode }), folder }, terminal));
        });
}

/** What stands behind `--` is a command; the library does not say where that was. */
function sourceOf(operands: readonly string[], args: readonly string[]): { source?: string; command: string[] } {
    const dashes = args.indexOf('--');
    const command = dashes < 0 ? [] : args.slice(dashes + 1);
    const [source, ...more] = operands.slice(0, operands.length - command.length);
    if (more.length > 0) {
        throw new CliError(
            'GR902',
            `there are several sources: ${source} and ${more.join(', ')}`,
            'Put -- before the command of a server.'
        );
    }
    return { ...(source !== undefined && { source }), command };
}

function rawArgs(program: Command): readonly string[] {
    return (program as Command & { readonly rawArgs: readonly string[] }).rawArgs;
}
