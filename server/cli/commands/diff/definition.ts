/** `guardrail diff` on the command line. */
import { type Command, Option } from 'commander';
import { OPTION_LIMITS } from '../../../checker/limits/option-limits.js';
import { formatOption, positiveInteger, withSearch } from '../../options.js';
import { DIFF_FORMATS } from '../../reports/formats.js';
import { type SearchOptions, searchOf } from '../../config/flags.js';
import type { DiffOptions } from './diff.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  no session distinguishes the two policies and nothing is claimed, tested or required less, or uses of the library do not notice the changes
  1  there is one, or something is, or only one of the policies has a tool, a parameter or an agent, or uses may notice the changes
  2  the input is not a valid policy, or the command line is wrong
  3  it is undecided, or no difference was found within a scope only
  4  the checker itself failed`;

export function defineDiff(program: Command, run: Run): void {
    withSearch(
        program
            .command('diff')
            .description(
                'compare two policies: show sessions that they decide differently, or prove that there are none; or compare two versions of a library of packs'
            )
            .argument(
                '<old>',
                'a policy, or REV:path for a file of a Git revision; or a file of packs, or the folder of a package; or the settings of a coding agent'
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
        .action(async (old: string, young: string, flags: Omit<DiffOptions, keyof SearchOptions>, command: Command) => {
            const { diff } = await import('./diff.js');
            await run(async (terminal) =>
                diff(old, young, { ...flags, ...(await searchOf(command, terminal.cwd)) }, terminal)
            );
        });
}
