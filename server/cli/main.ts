#!/usr/bin/env node
/** The command line. A command's code, and the libraries it needs, are loaded when it runs. */
import { CommanderError } from 'commander';
import { version } from '../../package.json';
import { asCodedError, CodedError, EXIT, type ExitCode } from '../workspace/errors.js';
import { problemOf } from './reports/check-report.js';
import { createProgram } from './program.js';
import { printProblem } from './reports/problem.js';
import { createTerminal, type Terminal } from './terminal/terminal.js';

/** The folder of the bundle. */
const FOLDER = new URL('.', import.meta.url);

// Errors on the command line are printed below, like all others, and help goes where reports go.
const program = createProgram(run, FOLDER, { outputError: () => undefined, writeOut: printHelp });

process.on('uncaughtException', fail);
program.parseAsync().catch(fail);

async function run(command: (terminal: Terminal) => ExitCode | Promise<ExitCode>): Promise<void> {
    const terminal = createTerminal(process, version, colorFlag());
    const code = await command(terminal);
    await terminal.output.finished();
    process.exitCode = code;
}

function printHelp(text: string): void {
    const { output } = createTerminal(process, version, colorFlag());
    output.write(text);
    output.finished().catch(fail);
}

function fail(thrown: unknown): void {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) {
        return;
    }
    const terminal = createTerminal(process, version, colorFlag());
    const error = thrown instanceof CommanderError ? usageError(thrown) : asCodedError(thrown);
    process.exitCode = error.exit;
    terminal.writeError(`${printProblem(problemOf(error), terminal.errorStyle).join('\n')}\n`);
    if (terminal.isDebugging && error.exit === EXIT.failed && thrown instanceof Error) {
        terminal.writeError(`${thrown.stack}\n`);
    }
}

function usageError(error: CommanderError): CodedError {
    if (error.code === 'commander.help') {
        return new CodedError('GR902', 'a command is missing', 'See guardrail --help.');
    }
    const [, given = ''] = /unknown (?:option|command) '([^']+)'/.exec(error.message) ?? [];
    return new CodedError(
        'GR902',
        error.message.replace(/^error: /, ''),
        insteadOf(process.argv[2] ?? '', given) ?? 'See guardrail --help, or guardrail COMMAND --help.'
    );
}

function colorFlag(): boolean {
    return program.opts<{ color: boolean }>().color;
}

/** Commands and options that earlier versions had, and what to use instead. */
const INSTEAD: { readonly [given: string]: string } = {
    add: 'Use guardrail packages add.',
    docs: 'Use guardrail packages.',
    lint: 'Use guardrail check --text-only, which has --fix, too.',
    outdated: 'Use guardrail packages outdated.',
    'replay --jobs': 'A log is read in one thread: leave it out.'
};

/**
 * The advice for a command or option that is no longer there; undefined for one that never was.
 *
 * @param command the first argument of the command line
 * @param given the command or option that is unknown
 */
function insteadOf(command: string, given: string): string | undefined {
    return INSTEAD[command === given ? command : `${command} ${given}`];
}
