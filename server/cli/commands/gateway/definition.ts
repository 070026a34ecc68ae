/** `guardrail gateway` on the command line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CodedError } from '../../../workspace/errors.js';
import { limitsFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { configuredPeople } from './configured-people.js';
import { splitOperands } from '../../tool-lists/source-options.js';
import { configOption, extendsOption, withLimits } from '../../options.js';
import type { Run } from '../run.js';
import { ENFORCE_FLAGS } from './enforce-flags.js';
import type { GatewayFlags } from './enforce.js';

const EXIT_CODES = `
Exit codes:
  0  the client or the server ended; another code of the server is passed on
  1  the policy is not enforced: a claim is violated or undecided
  2  the input or the command line is wrong
  4  the gateway or its log failed`;

const MOST_SECONDS = 1e6;

/** The subcommands have options with the same names. */
export function defineGateway(program: Command, run: Run): Command {
    return withLimits(
        addEnforceFlags(
            program
                .command('gateway')
                .description('decide the tool calls of clients by a verified policy, as a proxy for MCP servers')
                .usage(
                    '[options] -- <command> [args...]\n       guardrail gateway [options] --listen <port> --upstream <name=url...>'
                )
                .argument('[command...]', 'the command that starts the server')
                .enablePositionalOptions(),
            MOST_SECONDS
        )
            .option('--server <name>', 'the server in the policy that the command starts (default: its only one)')
            .addOption(
                new Option('--session <name>', 'a session to continue, or to begin (default: a new one)').argParser(
                    sessionName
                )
            )
            .addOption(
                new Option('--listen <[host:]port>', 'serve HTTP at this port of this machine').argParser(listening)
            )
            .addOption(
                new Option(
                    '--upstream <name=url...>',
                    'a server of the policy, and its address (with --listen)'
                ).argParser(upstreams)
            )
            .addOption(
                new Option(
                    '--session-by <source...>',
                    'how to tell sessions apart (with --listen): traceparent, header:NAME or connection'
                ).argParser(sessionSources)
            )
            .option('--host <name...>', 'a name of this machine in the addresses that clients use (with --listen)')
            .option('--ask-client', 'ask in the client too: you, not the agent, answer its dialogs')
            .option(
                '--state <place>',
                'the folder for the logs, or postgres://… (default: a folder below the home folder)'
            )
            .addOption(configOption())
            .addOption(extendsOption())
    )
        .addHelpText('after', EXIT_CODES)
        .action(async (operands: string[], flags: GatewayFlags, command: Command) => {
            const { operand, command: server } = splitOperands(program, operands, 'commands');
            if (command.getOptionValueSource('policy') === 'default') {
                throw new CodedError('GR902', 'the policy is missing', 'Name it with --policy.');
            }
            assertOneWay(operand, server, flags);
            await run(async (terminal) => {
                const { enforce } = await import('./enforce.js');
                const config = await loadConfig(terminal.cwd, flags.config, flags.extends);
                const limits = limitsFor(command, config);
                const people = await configuredPeople(flags.policy, terminal.cwd, config);
                const accepted = config?.config.accept ?? [];
                const configurations = config?.given?.more ?? {};
                const more = { limits, accepted, configurations, ...people };
                return enforce(server, { ...flags, ...more }, terminal);
            });
        });
}

/** The options of every command that enforces a policy. `wait` remains a text, in seconds. */
export function addEnforceFlags(command: Command, mostSeconds: number): Command {
    for (const [name, { text, ...flag }] of Object.entries(ENFORCE_FLAGS)) {
        const option = new Option('value' in flag ? `--${name} <${flag.value}>` : `--${name}`, text);
        if (name === 'wait') {
            option.argParser(waitingTime(mostSeconds));
        }
        command.addOption('default' in flag ? option.default(flag.default) : option);
    }
    return command;
}

/** Zero is allowed: the model is then told at once. */
export function waitingTime(most: number): (text: string) => string {
    return (text) => {
        if (!/^\d+(\.\d+)?$/.test(text) || Number(text) > most) {
            throw new InvalidArgumentError(`It must be a number of seconds, at most ${most}.`);
        }
        return text;
    };
}

/** Throws GR902 unless the server is started by a command or served on a port. */
function assertOneWay(operand: string | undefined, server: readonly string[], flags: GatewayFlags): void {
    const { listen, upstream, sessionBy, host, server: name } = flags;
    const onlyListening = { '--upstream': upstream, '--session-by': sessionBy, '--host': host };
    if (listen === undefined) {
        const [stray] = Object.entries(onlyListening).find(([, value]) => value !== undefined) ?? [];
        if (stray !== undefined) {
            throw new CodedError('GR902', `${stray} needs a port`, 'Name it with --listen.');
        }
        if (operand !== undefined || server.length === 0) {
            throw new CodedError('GR902', 'the command of the server is missing', 'Put it after --.');
        }
    } else if (operand !== undefined || server.length > 0 || name !== undefined) {
        throw new CodedError(
            'GR902',
            'a gateway that listens does not start servers',
            'Name the address of each with --upstream NAME=URL.'
        );
    } else if (upstream === undefined) {
        throw new CodedError('GR902', 'the address of the server is missing', 'Name it with --upstream NAME=URL.');
    }
}

/** A session name is also a file name. */
function sessionName(text: string): string {
    if (!/^\w[\w.-]{0,63}$/.test(text)) {
        throw new InvalidArgumentError(
            'It must have up to 64 letters, digits, _, - and dots, and must not begin with - or a dot.'
        );
    }
    return text;
}

/** Reads `8080`, `127.0.0.1:8080` or `[::1]:8080`. Without a host, only this machine can connect. */
function listening(text: string): { readonly host: string; readonly port: number } {
    const [, bracketed, plain, digits] = /^(?:(?:\[([\da-fA-F:]+)\]|([\w.-]+)):)?(\d{1,5})$/.exec(text) ?? [];
    const port = Number(digits);
    if (digits === undefined || port > 65_535) {
        throw new InvalidArgumentError(
            'It must be a port, such as 8080, or an address and a port, such as 127.0.0.1:8080.'
        );
    }
    return { host: bracketed ?? plain ?? '127.0.0.1', port };
}

type Upstreams = readonly (readonly [name: string, url: URL])[];

function upstreams(text: string, before: Upstreams = []): Upstreams {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    const address = text.slice(at + 1);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (at <= 0 || !url || !/^https?:$/.test(url.protocol)) {
        throw new InvalidArgumentError('It must be NAME=URL, such as fs=http://127.0.0.1:3000/mcp.');
    }
    if (before.some(([other]) => other === name)) {
        throw new InvalidArgumentError(`The server ${name} has two addresses.`);
    }
    return [...before, [name, url]];
}

function sessionSources(text: string, before: readonly string[] = []): readonly string[] {
    if (!/^(traceparent|connection|header:[\w-]+)$/.test(text)) {
        throw new InvalidArgumentError('It is traceparent, header:NAME or connection.');
    }
    return [...before, text];
}
