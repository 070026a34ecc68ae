/** `guardrail gateway` on the command line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CodedError } from '../../../workspace/errors.js';
import { limitsFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { splitOperands } from '../../mcp/source-options.js';
import { withLimits } from '../../options.js';
import type { Run } from '../run.js';
import type { GatewayFlags } from './enforce.js';

const EXIT_CODES = `
Exit codes:
  0  the client or the server ended; another code of the server is passed on
  1  the policy is not enforced: a claim is violated or undecided
  2  the input or the command line is wrong
  4  the gateway or its log failed`;

/** Its subcommands have options with the same names. */
export function defineGateway(program: Command, run: Run): Command {
    return withLimits(
        program
            .command('gateway')
            .description('decide the tool calls of a client by a verified policy, as a proxy for an MCP server')
            .usage('[options] --policy <file> -- <command> [args...]')
            .argument('[command...]', 'the command that starts the server')
            .option('--policy <file>', 'the policy')
            .enablePositionalOptions()
            .option('--server <name>', 'the server in the policy (default: its only one)')
            .option('--agent <name>', 'the agent that calls (default: the only one of the policy)')
            .addOption(
                new Option('--session <name>', 'a session to continue, or to begin (default: a new one)').argParser(
                    sessionName
                )
            )
            .option('--approver <human>', 'the human of the policy that you are (default: its only one)')
            .option('--ask-client', 'ask in the client too: you, not the agent, answer its dialogs')
            .option('--state <folder>', 'the folder for the logs (default: below the home folder)')
            .addOption(
                new Option('--wait <seconds>', 'how long a held call waits for its approval')
                    .argParser(waitingTime)
                    .default(45_000, '45')
            )
            .option('--observe', 'let every call through, and record what the policy decides')
            .option('--unverified', 'enforce the policy even if a claim is violated or undecided')
            .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
    )
        .addHelpText('after', EXIT_CODES)
        .action(async (operands: string[], { policy, ...flags }: GatewayFlags, command: Command) => {
            if (policy === undefined) {
                throw new CodedError('GR902', 'the policy is missing', 'Name it with --policy.');
            }
            const { operand, command: server } = splitOperands(program, operands, 'commands');
            if (operand !== undefined || server.length === 0) {
                throw new CodedError('GR902', 'the command of the server is missing', 'Put it after --.');
            }
            const { enforce } = await import('./enforce.js');
            await run(async (terminal) => {
                const config = await loadConfig(terminal.cwd, flags.config);
                const limits = limitsFor(command, config);
                return enforce(server, { ...flags, policy, limits, accepted: config?.config.accept ?? [] }, terminal);
            });
        });
}

/** Zero is allowed: the model is told at once. */
function waitingTime(text: string): number {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value > 1e6) {
        throw new InvalidArgumentError('It is a number of seconds.');
    }
    return value * 1000;
}

/** A session is the name of a file. */
function sessionName(text: string): string {
    if (!/^\w[\w.-]{0,63}$/.test(text)) {
        throw new InvalidArgumentError(
            'It has up to 64 letters, digits, _, - and dots, and begins with none of the last two.'
        );
    }
    return text;
}
