/** `guardrail lint` on the command line: `guardrail check` without the model checker. */
import { type Command, Option } from 'commander';
import { DEFAULT_LIMITS } from '../../../checker/results/default-limits.js';
import { assertNotWeaker, type ConfigFlags, flagsOf, givenFlags, selectorOf } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import type { ExitCode } from '../../../workspace/errors.js';
import { formatOption, type OutputFile, outputFile, timeLimitOption } from '../../options.js';
import { mostSevere } from '../../reports/check-report.js';
import { CHECK_FORMATS, type CheckFormat } from '../../reports/formats.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes, the most severe of all files (130, 4, 2, 1, 3, 0):
  0  nothing is at or above --fail-on
  1  a message is at or above --fail-on; with --fix-dry-run, a fix would be made
  2  the input is not a valid policy, or the command line is wrong
  3  the time ran out before every file was read
  4  the program itself failed
  130  the run was interrupted: the report is not complete`;

interface LintFlags {
    readonly failOn: 'error' | 'warning';
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly quiet?: boolean;
    readonly config?: string;
    readonly fix?: boolean;
    readonly fixDryRun?: boolean;
    readonly timeLimit?: number;
}

/** @param folder the folder of the program */
export function defineLint(program: Command, run: Run, folder: URL): void {
    program
        .command('lint')
        .description('check only the text of policies: no scenarios, claims or findings')
        .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
        .addOption(
            new Option('--fail-on <severity>', 'which messages fail the run')
                .choices(['error', 'warning'])
                .default('error')
        )
        .addOption(formatOption(CHECK_FORMATS))
        .addOption(
            new Option('--output <format=file>', 'write another report to a file; may be repeated')
                .argParser(outputFile)
                .default([], 'none')
        )
        .option('-q, --quiet', 'print only what is wrong')
        .option('--fix', 'first apply the fixes that do not change the meaning of a file')
        .addOption(new Option('--fix-dry-run', 'only list these fixes, and fail if there are any').conflicts('fix'))
        .addOption(timeLimitOption())
        .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
        .addHelpText('after', EXIT_CODES)
        .action(async (names: string[], flags: LintFlags, command: Command) => {
            const { check } = await import('../check/check.js');
            await run(async (terminal) => {
                const loaded = await loadConfig(terminal.cwd, flags.config);
                assertNotWeaker(givenFlags<LintFlags>(command), loaded);
                const { failOn, format, timeLimit }: Partial<ConfigFlags> = loaded ? flagsOf(loaded) : {};
                const {
                    quiet = false,
                    fix = false,
                    fixDryRun = false,
                    ...merged
                }: LintFlags = {
                    ...flags,
                    ...(failOn && { failOn }),
                    ...(format && { format }),
                    ...(timeLimit !== undefined && { timeLimit }),
                    ...givenFlags<LintFlags>(command)
                };
                const select = selectorOf(names, loaded, terminal.cwd);
                const whole = {
                    strict: false,
                    counterexamples: 1,
                    cache: false,
                    limits: DEFAULT_LIMITS,
                    // A policy outside of the folder of the configuration keeps what it requires.
                    ...(loaded && { config: loaded.file }),
                    ...(loaded?.given && { given: loaded.given })
                };
                const codes: ExitCode[] = [];
                if (fix || fixDryRun) {
                    const { fixFiles } = await import('./lint-fix.js');
                    codes.push(await fixFiles(select, fixDryRun, terminal));
                }
                codes.push(await check({ ...merged, ...whole, select, quiet, folder, textOnly: true }, terminal));
                return mostSevere(codes);
            });
        });
}
