/** `guardrail init` on the command line. */
import { type Command, Option } from 'commander';
import { addSourceOptions, type SourceFlags, SOURCES, splitOperands } from '../../tool-lists/source-options.js';
import type { Run } from '../run.js';

interface InitFlags extends SourceFlags {
    readonly template?: string;
    readonly from?: string;
    readonly list?: boolean;
    readonly json?: boolean;
    readonly inventory?: string;
    readonly force?: boolean;
}

const EXIT_CODES = `
Exit codes:
  0  the policy is written, and its inventory unless it exists
  2  a server fails, a file exists, or the input or the command line is wrong`;

/** @param folder the folder of the program */
export function defineInit(program: Command, run: Run, folder: URL): void {
    const command = program
        .command('init')
        .usage('[options] [policy]\n       guardrail init [options] [policy] -- <command> [args...]')
        .description('write a starter policy for the tools of MCP servers, and their inventory')
        .argument('[policy...]', 'the file to write (default: policy.guardrail); tools.guardrail is written next to it')
        .option('-t, --template <name>', 'what the policy is about (default on a terminal: ask)')
        .option('--list', 'list the templates')
        .addOption(new Option('--json', 'list the templates for a program').implies({ list: true }).hideHelp())
        .option('--inventory <file>', 'write only the policy, for the tools of an inventory that exists')
        .option('--from <source>', 'a JSON file, or the address of a server');
    addSourceOptions(command)
        .option('--force', 'overwrite the files')
        .addHelpText('after', SOURCES + '\n' + EXIT_CODES)
        .action(async (operands: string[], { timeout, from, list, json = false, ...flags }: InitFlags) => {
            const { init, listTemplates } = await import('../servers.js');
            if (list) {
                await run((terminal) => listTemplates(terminal, json));
                return;
            }
            const { operand: file = 'policy.guardrail', command: started } = splitOperands(program, operands, 'files');
            const { server = [], force = false } = flags;
            const source = {
                ...flags,
                ...(from !== undefined && { source: from }),
                command: started,
                timeoutMs: timeout
            };
            await run((terminal) => init({ ...source, file, server, force, folder }, terminal));
        });
}
