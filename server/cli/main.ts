#!/usr/bin/env node
/** The command line. A command's code, and the libraries it needs, are loaded when it runs. */
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { defineAdd } from './commands/add/definition.js';
import { defineApprovals } from './commands/approvals/definition.js';
import { defineCheck } from './commands/check/definition.js';
import { defineCoverage } from './commands/coverage/definition.js';
import { defineDiff } from './commands/diff/definition.js';
import { defineDocs } from './commands/docs/definition.js';
import { defineExplain } from './commands/explain/definition.js';
import { defineFmt } from './commands/fmt/definition.js';
import { defineHook, defineInstall } from './commands/hook/definition.js';
import { defineLint } from './commands/lint/definition.js';
import { defineLsp } from './commands/lsp/definition.js';
import { defineExport } from './commands/export/definition.js';
import { defineInit } from './commands/init/definition.js';
import { defineGateway } from './commands/gateway/definition.js';
import { defineImport } from './commands/import/definition.js';
import { defineMcp } from './commands/mcp/definition.js';
import { defineOutdated } from './commands/outdated/definition.js';
import { defineRepair } from './commands/repair/definition.js';
import { defineReplay } from './commands/replay/definition.js';
import { defineTune } from './commands/tune/definition.js';
import { defineSimulate } from './commands/simulate/definition.js';
import { asCodedError, CodedError, EXIT, type ExitCode } from '../workspace/errors.js';
import { problemOf } from './reports/check-report.js';
import { printProblem } from './reports/problem.js';
import { createTerminal, type Terminal } from './terminal/terminal.js';

/** The folder of the bundle. */
const FOLDER = new URL('.', import.meta.url);

const program = new Command('guardrail')
    .exitOverride()
    // Errors on the command line are printed below, like all others, and help goes where reports go.
    .configureOutput({ outputError: () => undefined, writeOut: printHelp })
    .description('Checks policies for the tool calls of AI agents, and shows the session that breaks a claim.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--no-color', 'no colours (like NO_COLOR; FORCE_COLOR turns them on)')
    .showSuggestionAfterError();

// The commands are defined in the order of the help.
defineCheck(program, run, FOLDER);
defineDiff(program, run);
defineRepair(program, run);
defineReplay(program, run);
defineTune(program, run);
defineSimulate(program, run);
defineCoverage(program, run);
defineInit(program, run, FOLDER);
defineImport(program, run, FOLDER);
defineAdd(program, run);
defineOutdated(program, run);
defineDocs(program, run);
defineExport(program, run);
defineExplain(program, run, FOLDER);
defineFmt(program, run);
defineLint(program, run, FOLDER);
defineLsp(program, run, FOLDER);
defineMcp(program, run, FOLDER);
defineInstall(defineGateway(program, run), run, FOLDER);
defineApprovals(program, run);
defineHook(program, run);

process.on('uncaughtException', fail);
program.parseAsync().catch(fail);

async function run(command: (terminal: Terminal) => Promise<ExitCode>): Promise<void> {
    process.exitCode = await command(createTerminal(process, version, colorFlag()));
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
    return new CodedError(
        'GR902',
        error.message.replace(/^error: /, ''),
        'See guardrail --help, or guardrail COMMAND --help.'
    );
}

function colorFlag(): boolean {
    return program.opts<{ color: boolean }>().color;
}
