/** `guardrail check` on the command line. */
import { type Command, Option } from 'commander';
import {
    configOption,
    extendsOption,
    formatOption,
    type LimitFlags,
    limitsOf,
    type OutputFile,
    outputFile,
    positiveInteger,
    seed,
    shard,
    timeLimitOption,
    withLimits
} from '../../options.js';
import type { CheckCommandOptions } from './reported-run.js';
import type { Shard } from '../../selection/shard.js';
import { mostSevere } from '../../reports/check-report.js';
import { DEFAULT_LIMITS } from '../../../checker/results/default-limits.js';
import { CHECK_FORMATS, type CheckFormat } from '../../reports/formats.js';
import { acceptedIn, assertNotWeaker, flagsOf, givenFlags, selectorOf } from '../../config/flags.js';
import type { LoadedConfig } from '../../config/check-config.js';
import { loadConfig } from '../../config/load.js';
import type { CodedError } from '../../../workspace/errors.js';
import type { Selector } from '../../selection/files.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes, the most severe of all files (130, 4, 2, 1, 3, 0):
  0  every claim holds or is possible, or holds in a scope that is accepted;
     every scenario passes
  1  a claim is violated, impossible or vacuous, a scenario fails, or a finding
     is at or above --fail-on; with --fix-dry-run, a fix would be made
  2  the input is not a valid policy, or the command line is wrong
  3  a claim is undecided, not found in scope, or holds in a scope that is
     not accepted
  4  the checker itself failed, or --attack found a session that a verdict
     excludes
  130  the run was interrupted or watched: the report is not complete`;

interface CheckFlags extends LimitFlags {
    readonly claim?: string;
    readonly counterexamples: number;
    readonly explainSearch?: boolean;
    readonly attack?: number;
    readonly seed: number;
    readonly failOn: 'error' | 'warning';
    readonly strict?: boolean;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly certificate?: string;
    readonly quiet?: boolean;
    readonly verbose?: boolean;
    readonly changedSince?: string;
    readonly shard?: Shard;
    readonly baseline?: string;
    readonly updateBaseline?: boolean;
    readonly jobs?: number;
    readonly timeLimit?: number;
    readonly cache: boolean;
    readonly cacheDir?: string;
    readonly config?: string;
    readonly extends?: string;
    readonly watch?: boolean;
    readonly textOnly?: boolean;
    readonly fix?: boolean;
    readonly fixDryRun?: boolean;
}

async function leftOutBy(loaded: LoadedConfig, select: Selector, cwd: string): Promise<readonly CodedError[]> {
    const { leftOutPolicies } = await import('../../config/left-out.js');
    return leftOutPolicies(loaded, select, cwd);
}

/** What fixes of all selected files do not go with. */
const PARTIAL = ['watch', 'changedSince', 'shard'];

/** The text alone has no verdicts that could be cached, accepted or known. */
const TEXT_ONLY = { strict: false, cache: false, limits: DEFAULT_LIMITS } as const;

/** @param folder the folder of the program */
export function defineCheck(program: Command, run: Run, folder: URL): void {
    withLimits(
        program
            .command('check')
            .description('check policies: their text, scenarios and claims, and findings that need no claim')
            .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
            .option('--claim <name>', 'check only the claims with this name')
            .addOption(
                new Option('--text-only', 'check only the text: no scenarios, claims or findings').conflicts([
                    'claim',
                    'counterexamples',
                    'explainSearch',
                    'attack',
                    'certificate',
                    'baseline',
                    'updateBaseline'
                ])
            )
            .addOption(
                new Option('--fix', 'first apply the fixes that do not change the meaning of a file').conflicts(PARTIAL)
            )
            .addOption(
                new Option('--fix-dry-run', 'only list these fixes, and fail if there are any').conflicts([
                    'fix',
                    ...PARTIAL
                ])
            )
            .addOption(
                new Option(
                    '--counterexamples <n>',
                    'sessions to show of a violated claim, each let through by other rules'
                )
                    .argParser(positiveInteger)
                    .default(1)
            )
            .addOption(
                new Option('--explain-search', 'report what was tried for each claim, and with what result').conflicts(
                    'quiet'
                )
            )
            .addOption(
                new Option(
                    '--attack <n>',
                    'play this many random sessions of each policy against its verdicts'
                ).argParser(positiveInteger)
            )
            .addOption(new Option('--seed <s>', 'with --attack: which sessions are played').argParser(seed).default(1))
            .addOption(
                new Option('--fail-on <severity>', 'which findings and messages fail the run')
                    .choices(['error', 'warning'])
                    .default('error')
            )
            .option(
                '--strict',
                'fail the run if a claim holds only in one session, or only in a scope that is not accepted'
            )
            .option('--no-strict', 'do not, whatever the configuration says')
            .addOption(formatOption(CHECK_FORMATS))
            .addOption(
                new Option('--output <format=file>', 'write another report to a file; may be repeated')
                    .argParser(outputFile)
                    .default([], 'none')
            )
            .option('--certificate <folder>', 'write proofs of the claims that hold, for guardrail-verify')
            .option('-q, --quiet', 'print only what is wrong')
            .addOption(new Option('--verbose', 'print all details, with the values that were tried').conflicts('quiet'))
            .addOption(
                new Option('-w, --watch', 'check again whatever a change affects, until Ctrl-C').conflicts([
                    'changedSince',
                    'shard',
                    'updateBaseline',
                    'certificate'
                ])
            )
            .option(
                '--changed-since <rev>',
                'only files that changed since a revision of git, or that import such a file'
            )
            .addOption(
                new Option('--shard <part>', 'only a part of the files, such as 2/8: the second of eight').argParser(
                    shard
                )
            )
            .option('--baseline <file>', 'known problems, which do not fail the run')
            .option('--update-baseline', 'write the problems that are found to the baseline')
            .addOption(
                new Option('--jobs <n>', 'files to check at the same time (default: as many as processors)').argParser(
                    positiveInteger
                )
            )
            .addOption(timeLimitOption())
            .option('--no-cache', 'check all files again, and cache no results')
            .option('--cache-dir <folder>', 'where results are kept for the next run')
            .addOption(configOption())
            .addOption(extendsOption())
            .addHelpText('after', EXIT_CODES)
    ).action(async (names: string[], flags: CheckFlags, command: Command) => {
        const read = async (cwd: string): Promise<CheckCommandOptions> => {
            const loaded = await loadConfig(cwd, flags.config, flags.extends);
            const given = givenFlags<CheckFlags>(command);
            assertNotWeaker(given, loaded);
            const merged: CheckFlags = { ...flags, ...(loaded && flagsOf(loaded)), ...given };
            const { strict = false, quiet = false, verbose = false } = merged;
            const select = selectorOf(names, loaded, cwd);
            const isCached = given.cache ?? (given.cacheDir !== undefined || merged.cache);
            const cache = isCached && (merged.cacheDir ?? true);
            const attack = merged.attack === undefined ? undefined : { sessions: merged.attack, seed: merged.seed };
            const { attack: _, ...others } = merged;
            if (merged.textOnly) {
                const { baseline: _known, ...text } = others;
                return {
                    ...text,
                    ...TEXT_ONLY,
                    ...(loaded && { config: loaded.file }),
                    ...(loaded?.given && { given: loaded.given }),
                    select,
                    verbose,
                    quiet,
                    folder
                };
            }
            const accepted = loaded && acceptedIn(loaded, names.length === 0);
            return {
                ...others,
                ...(attack && { attack }),
                ...(loaded && { config: loaded.file }),
                ...(accepted && { accepted }),
                ...(loaded?.given && { given: loaded.given }),
                ...(loaded?.given && names.length === 0 && { leftOut: await leftOutBy(loaded, select, cwd) }),
                verbose,
                select,
                strict,
                quiet,
                cache,
                folder,
                limits: limitsOf(merged)
            };
        };
        if (flags.watch) {
            const { watch } = await import('./watch/watch.js');
            await run((terminal) => watch({ read, config: flags.config }, terminal));
        } else {
            const { check } = await import('./check.js');
            await run(async (terminal) => {
                const options = await read(terminal.cwd);
                if (!flags.fix && !flags.fixDryRun) {
                    return check(options, terminal);
                }
                const { fixFiles } = await import('./fixes/fix-files.js');
                const fixed = await fixFiles(options.select, flags.fixDryRun === true, terminal);
                return mostSevere([fixed, await check(options, terminal)]);
            });
        }
    });
}
