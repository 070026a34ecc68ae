/** The options that select the MCP servers to query, for all commands that do. */
import { type Command, Option } from 'commander';
import { CodedError } from '../../workspace/errors.js';
import { seconds } from '../options.js';

export interface SourceFlags {
    readonly config?: string;
    readonly server?: readonly string[];
    readonly header: readonly string[];
    readonly timeout: number;
}

export const SOURCES = `
Sources: a JSON file with an answer to tools/list, https://HOST/mcp, -- COMMAND
for a server to start, or --config FILE of a client, such as .mcp.json`;

export function addSourceOptions(command: Command): Command {
    return command
        .option('--config <file>', 'ask all servers of a client configuration')
        .option('--server <name...>', 'which of several servers; for one server, its name')
        .addOption(
            new Option('--header <line>', 'a header for the address, "Name: value"; may be repeated')
                .argParser((line: string, before: readonly string[]) => [...before, line])
                .default([], 'none')
        )
        .addOption(
            new Option('--timeout <seconds>', 'how long to wait for an answer from a server')
                .argParser(seconds)
                .default(30_000, '30')
        );
}

/** The words after `--` are a command; the library does not report where `--` was. `what` names the operands. */
export function splitOperands(
    program: Command,
    operands: readonly string[],
    what: string
): { readonly operand: string | undefined; readonly command: readonly string[] } {
    const { rawArgs } = program as Command & { readonly rawArgs: readonly string[] };
    const dashes = rawArgs.indexOf('--');
    const command = dashes < 0 ? [] : rawArgs.slice(dashes + 1);
    const [operand, ...more] = operands.slice(0, operands.length - command.length);
    if (more.length > 0) {
        throw new CodedError(
            'GR902',
            `there are several ${what}: ${operand} and ${more.join(', ')}`,
            'Put -- before the command of a server.'
        );
    }
    return { operand, command };
}
