#!/usr/bin/env node
/** The command line. A command's own code, and the libraries it needs, are loaded when it runs. */
import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { CHECKER_LIMITS } from '../checker/limits.js';
import { asCliError, CliError, EXIT, type ExitCode } from './errors.js';
import { EXPORT_FORMATS, type ExportFormat } from './commands/export-formats.js';
import { type LimitFlags, limitsOf, type OutputFile, outputFile, positiveInteger, withLimits } from './options.js';
import { problemOf } from './report.js';
import { CHECK_FORMATS, type CheckFormat, REPORT_FORMATS, type ReportFormat } from './reports/formats.js';
import { printProblem } from './reports/problem.js';
import { createTerminal, type Terminal } from './terminal.js';

const EXIT_CODES = `
Exit codes, the most severe of all files (4, 2, 1, 3, 0):
  0  every claim holds or is witnessed, every scenario passes
  1  a claim is violated, impossible or vacuous, a scenario fails, or a finding
     is at or above --fail-on
  2  the input is not a valid policy, or the command line is wrong
  3  a claim is undecided, or not witnessed in scope
  4  the checker itself failed`;

const DIFF_EXIT_CODES = `
Exit codes:
  0  no session tells the two policies apart
  1  there is one, or only one of the policies has a tool, a parameter or an agent
  2  the input is not a valid policy, or the command line is wrong
  3  it is undecided
  4  the checker itself failed`;

/** Of the bundle. */
const FOLDER = new URL('.', import.meta.url);

const program = new Command('guardrail')
    .exitOverride()
    // Errors of the command line are printed below, like all others.
    .configureOutput({ outputError: () => undefined })
    .description('Checks policies for the tool calls of AI agents, and shows the session that breaks a claim.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--no-color', 'no colours (as with NO_COLOR; FORCE_COLOR asks for them)')
    .showSuggestionAfterError();

interface CheckFlags extends LimitFlags {
    readonly claim?: string;
    readonly counterexamples: number;
    readonly failOn: 'error' | 'warning';
    readonly strict?: boolean;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly quiet?: boolean;
}

withLimits(
    program
        .command('check')
        .description('check policies: their text, scenarios and claims, and what is wrong without any claim')
        .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
        .option('--claim <name>', 'check only the claims of this name')
        .addOption(
            new Option('--counterexamples <n>', 'sessions to show of a violated claim, each let through by other rules')
                .argParser(positiveInteger)
                .default(1)
        )
        .addOption(
            new Option('--fail-on <severity>', 'which findings and messages fail the run')
                .choices(['error', 'warning'])
                .default('error')
        )
        .option('--strict', 'a claim that holds only within a scope fails the run')
        .addOption(
            new Option('--format <format>', 'the report on standard output').choices(CHECK_FORMATS).default('pretty')
        )
        .addOption(
            new Option('--output <format=file>', 'another report into a file; may be repeated')
                .argParser(outputFile)
                .default([], 'none')
        )
        .option('-q, --quiet', 'print only what is wrong')
        .addHelpText('after', EXIT_CODES)
).action(async (names: string[], flags: CheckFlags) => {
    const { check } = await import('./commands/check.js');
    const { strict = false, quiet = false } = flags;
    const limits = limitsOf(flags);
    await run((terminal) => check(names, { ...flags, strict, quiet, limits }, terminal));
});

interface DiffFlags extends LimitFlags {
    readonly most: number;
    readonly strict?: boolean;
    readonly format: ReportFormat;
}

withLimits(
    program
        .command('diff')
        .description('compare two policies: sessions that they decide differently, or that there are none')
        .argument('<old>', 'a policy')
        .argument('<new>', 'a policy: what it would let through, or stop, where the old one does not')
        .addOption(
            new Option('--most <n>', 'sessions to show')
                .argParser(positiveInteger)
                .default(CHECKER_LIMITS.shownDifferences.most)
        )
)
    .option('--strict', 'that no difference was found within a scope fails the run')
    .addOption(
        new Option('--format <format>', 'the report on standard output').choices(REPORT_FORMATS).default('pretty')
    )
    .addHelpText('after', DIFF_EXIT_CODES)
    .action(async (old: string, young: string, flags: DiffFlags) => {
        const { diff } = await import('./commands/diff.js');
        const { strict = false, format, most } = flags;
        await run((terminal) => diff(old, young, { strict, format, most, limits: limitsOf(flags) }, terminal));
    });

interface RepairFlags extends LimitFlags {
    readonly claim?: string;
    readonly format: ReportFormat;
}

withLimits(
    program
        .command('repair')
        .description('propose changes of the rules with which violated claims hold, each checked')
        .argument('<file>', 'a policy')
        .option('--claim <name>', 'only for the claim of this name')
)
    .addOption(
        new Option('--format <format>', 'the report on standard output').choices(REPORT_FORMATS).default('pretty')
    )
    .action(async (file: string, flags: RepairFlags) => {
        const { repair } = await import('./commands/repair.js');
        await run((terminal) => repair(file, { ...flags, limits: limitsOf(flags) }, terminal));
    });

interface ImportFlags {
    readonly server?: readonly string[];
    readonly output?: string;
    readonly force?: boolean;
}

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
        const { importMcp } = await import('./commands/import-mcp.js');
        await run((terminal) => importMcp(file, { ...flags, force: flags.force ?? false }, terminal));
    });

interface ExportFlags extends LimitFlags {
    readonly to: ExportFormat;
    readonly claim?: string;
    readonly modes?: string | true;
    readonly output?: string;
}

withLimits(
    program
        .command('export')
        .description('write a claim, its session or a drawing of the policy for other tools')
        .argument('<file>', 'a policy')
        .addOption(new Option('--to <format>', 'the format').choices(EXPORT_FORMATS).makeOptionMandatory())
        .option('--claim <name>', 'the claim: its system, or its session (itf, mermaid)')
        .option('--modes [machine]', 'the modes of a machine (mermaid)')
        .option('-o, --output <file>', 'write to a file instead of standard output')
).action(async (file: string, flags: ExportFlags) => {
    const { exportPolicy } = await import('./commands/export.js');
    const { modes, ...others } = flags;
    const machine = modes === undefined ? {} : { modes: modes === true ? '' : modes };
    await run((terminal) => exportPolicy(file, { ...others, ...machine, limits: limitsOf(flags) }, terminal));
});

program
    .command('explain')
    .description('print what a code such as GR201 means, with an example and its repair')
    .argument('<code>', 'the code, as it stands in brackets in a message')
    .action(async (code: string) => {
        const { explain } = await import('./commands/explain.js');
        await run((terminal) => explain(code, FOLDER, terminal));
    });

program
    .command('mcp')
    .description('serve the tools for assistants over the Model Context Protocol, on standard input and output')
    .action(async () => {
        const { mcp } = await import('./commands/mcp.js');
        await run((terminal) => mcp(FOLDER, terminal));
    });

process.on('uncaughtException', fail);
program.parseAsync().catch(fail);

async function run(command: (terminal: Terminal) => Promise<ExitCode>): Promise<void> {
    process.exitCode = await command(createTerminal(process, version, colorFlag()));
}

function fail(thrown: unknown): void {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) {
        return;
    }
    const terminal = createTerminal(process, version, colorFlag());
    const error = thrown instanceof CommanderError ? usageError(thrown) : asCliError(thrown);
    process.exitCode = error.exit;
    terminal.writeError(`${printProblem(problemOf(error), terminal.errorStyle).join('\n')}\n`);
    if (terminal.isDebugging && error.exit === EXIT.failed && thrown instanceof Error) {
        terminal.writeError(`${thrown.stack}\n`);
    }
}

function usageError(error: CommanderError): CliError {
    if (error.code === 'commander.help') {
        return new CliError('GR902', 'a command is missing', 'See guardrail --help.');
    }
    return new CliError(
        'GR902',
        error.message.replace(/^error: /, ''),
        'See guardrail --help, or guardrail COMMAND --help.'
    );
}

function colorFlag(): boolean {
    return program.opts<{ color: boolean }>().color;
}
