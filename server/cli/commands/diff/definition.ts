/** `guardrail diff` on the command line. */
import { type Command, Option } from 'commander';
import { OPTION_LIMITS } from '../../../checker/limits/option-limits.js';
import { formatOption, type LimitFlags, positiveInteger, timeLimitOption, withLimits } from '../../options.js';
import { DIFF_FORMATS, type DiffFormat } from '../../reports/formats.js';
import { limitsFor, timeLimitFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  no session distinguishes the two policies, or uses of the library do not notice the changes
  1  there is one, or only one of the policies has a tool, a parameter or an agent, or uses may notice the changes
  2  the input is not a valid policy, or the command line is wrong
  3  it is undecided, or no difference was found within a scope only
  4  the checker itself failed`;

interface DiffFlags extends LimitFlags {
    readonly most: number;
    readonly strict?: boolean;
    readonly format: DiffFormat;
    readonly config?: string;
    readonly places?: 'uris';
    readonly packagesOf?: string;
}

export function defineDiff(program: Command, run: Run): void {
    withLimits(
        program
            .command('diff')
            .description(
                'compare two policies: show sessions that they decide differently, or prove that there are none; or compare two versions of a library of packs'
            )
            .argument(
                '<old>',
                'a policy, or REV:path for a file of a Git revision; or a file of packs, or the folder of a package'
            )
            .argument('<new>', 'the new one, in the same form')
            .addOption(
                new Option('--most <n>', 'sessions to show')
                    .argParser(positiveInteger)
                    .default(OPTION_LIMITS.shownDifferences.most)
            )
    )
        .option('--strict', 'fail the run if the policies are equivalent only in scope')
        .addOption(formatOption(DIFF_FORMATS))
        .addOption(timeLimitOption())
        .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
        .option(
            '--packages-of <folder>',
            'read the packages of REV:path in this checkout of the revision; `lock` installs those of its lock file with npm or pnpm, apart and without scripts'
        )
        .addOption(
            new Option('--places <form>', 'write places in the JSON report in the form of the session view')
                .choices(['uris'])
                .hideHelp()
        )
        .addHelpText('after', EXIT_CODES)
        .action(async (old: string, young: string, flags: DiffFlags, command: Command) => {
            const { diff } = await import('./diff.js');
            const { strict = false, format, most, places, packagesOf } = flags;
            await run(async (terminal) => {
                const loaded = await loadConfig(terminal.cwd, flags.config);
                const limits = limitsFor(command, loaded);
                const timeLimit = timeLimitFor(command, loaded);
                const options = {
                    strict,
                    format,
                    most,
                    limits,
                    timeLimit,
                    hasUris: places === 'uris',
                    ...(packagesOf !== undefined && { packagesOf })
                };
                return diff(old, young, options, terminal);
            });
        });
}
