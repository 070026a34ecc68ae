/** `guardrail import` on the command line. */
import { type Command, Option } from 'commander';
import { CHECK_FORMATS, type CheckFormat } from '../../reports/formats.js';
import { addSourceOptions, type SourceFlags, SOURCES, splitOperands } from '../../tool-lists/source-options.js';
import type { Run } from '../run.js';
import { formatOption } from '../../options.js';

interface ImportFlags extends SourceFlags {
    readonly output?: string;
    readonly force?: boolean;
    readonly refresh?: boolean;
    readonly check?: boolean;
    readonly list?: boolean;
    readonly servers?: boolean;
    readonly marks?: string;
    readonly format: CheckFormat;
}

const EXIT_CODES = `
Exit codes:
  0  the inventory is written, or with --check is up to date
  1  with --check: something changed
  2  a server fails, or the input or the command line is wrong`;

/** @param folder the folder of the program */
export function defineImport(program: Command, run: Run, folder: URL): void {
    const group = program.command('import').description('write an inventory or a policy');
    defineSettings(group, run);
    const command = group
        .command('mcp')
        .usage('[options] <source>\n       guardrail import mcp [options] -- <command> [args...]')
        .description('write an inventory from the tool lists of MCP servers')
        .argument('[source...]', 'a JSON file, the address of a server, or -- and its command');
    addSourceOptions(command)
        .option('-o, --output <file>', 'write to a file instead of standard output')
        .option('--force', 'overwrite the file')
        .option('--refresh', 'bring the file up to date, and keep what its author wrote')
        .option('--check', 'only report what changed since the file was written')
        .option(
            '--marks <file>',
            'facts that you know about the tools: the data they read, hints that are true or false'
        )
        .option('--list', 'write the lists of tools as JSON, for another import')
        .addOption(new Option('--servers', 'list the servers of --config for a program').hideHelp())
        .addOption(formatOption(CHECK_FORMATS, 'the report of --check'))
        .addHelpText('after', SOURCES + '\n' + EXIT_CODES)
        .action(async (operands: string[], { timeout, ...flags }: ImportFlags) => {
            const { importMcp, listServers } = await import('../servers.js');
            const { operand: source, command: started } = splitOperands(program, operands, 'sources');
            const options = {
                ...flags,
                ...(source !== undefined && { source }),
                command: started,
                timeoutMs: timeout
            };
            const { server = [], force = false, refresh, check } = flags;
            if (flags.servers) {
                await run((terminal) => listServers(flags.config ?? '', terminal));
                return;
            }
            const mode = check ? ('check' as const) : refresh ? ('refresh' as const) : undefined;
            await run((terminal) => importMcp({ ...options, server, force, ...(mode && { mode }), folder }, terminal));
        });
}

const SETTINGS_EXIT_CODES = `
Exit codes:
  0  the policy is written
  2  the input or the command line is wrong
  3  a denial is not understood, and not in it`;

interface SettingsFlags {
    readonly output?: string;
    readonly force?: boolean;
    readonly format: 'pretty' | 'json' | 'markdown';
}

function defineSettings(group: Command, run: Run): void {
    group
        .command('settings')
        .description('write a policy from the permission rules of coding agents')
        .argument('[files...]', 'by default those of this folder')
        .option('-o, --output <file>', 'write to a file, and print the table of the rules')
        .option('--force', 'overwrite the file')
        .addOption(formatOption(['pretty', 'json', 'markdown'], 'the table of the rules'))
        .addHelpText('after', SETTINGS_EXIT_CODES)
        .action(async (files: string[], flags: SettingsFlags) => {
            const { importFromSettings } = await import('./import-settings.js');
            await run((terminal) => importFromSettings({ ...flags, files, force: flags.force === true }, terminal));
        });
}
