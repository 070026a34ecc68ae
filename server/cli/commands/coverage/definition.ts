/** `guardrail coverage` on the command line. */
import { type Command, Option } from 'commander';
import { resolve } from 'node:path';
import { extendsOption, formatOption, withSearch } from '../../options.js';
import { COVERAGE_FORMATS, type CoverageFormat } from '../../reports/formats.js';
import { limitsFor, searchOf, selectorOf } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { type Failure, FAILURES } from '../../reports/formats.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  the matrix has nothing that --fail-on names
  1  it has something that --fail-on names
  2  a file is not a valid policy or list of controls, or the command line is
     wrong
  3  the time limit of the run was reached before everything was checked
  4  the checker itself failed`;

interface CoverageFlags {
    readonly controls: readonly string[];
    readonly failOn?: Failure;
    readonly format: CoverageFormat;
    readonly config?: string;
}

export function defineCoverage(program: Command, run: Run): void {
    withSearch(
        program
            .command('coverage')
            .description('show which controls the rules and claims serve, and which tools they never mention')
            .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
            .addOption(
                new Option('--controls <file>', 'a list of controls of your own; may be repeated')
                    .argParser((file: string, before: readonly string[]) => [...before, file])
                    .default([], 'none')
            )
            .addOption(
                new Option(
                    '--fail-on <what>',
                    'what fails the run: a control that nothing serves, one that is not proved, a tool that is not mentioned'
                ).choices(FAILURES)
            )
            .addOption(formatOption(COVERAGE_FORMATS))
            .addOption(extendsOption())
            .addHelpText('after', EXIT_CODES)
    ).action(async (names: string[], flags: CoverageFlags, command: Command) => {
        const { coverage } = await import('./coverage.js');
        const { judgements } = await import('./judgement.js');
        await run(async (terminal) => {
            const { loaded, timeLimit } = await searchOf(command, terminal.cwd);
            const select = selectorOf(names, loaded, terminal.cwd);
            const given = loaded?.given?.controls ?? [];
            const controls = [...new Set([...given, ...flags.controls.map((path) => resolve(terminal.cwd, path))])];
            const judge = judgements({
                names,
                cwd: terminal.cwd,
                isNamed: flags.config !== undefined,
                loaded,
                load: loadConfig,
                limitsBy: (config) => limitsFor(command, config)
            });
            return coverage({ ...flags, controls, select, timeLimit, judge }, terminal);
        });
    });
}
