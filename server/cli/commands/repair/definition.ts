/** `guardrail repair` and `guardrail tune` on the command line: both search for other rules. */
import { type Command, Option } from 'commander';
import { formatOption, positiveInteger, withSearch } from '../../options.js';
import { REPORT_FORMATS } from '../../reports/formats.js';
import { type SearchOptions, searchOf } from '../../config/flags.js';
import type { RepairOptions } from './repair.js';
import type { TuneOptions } from './tune.js';
import type { Run } from '../run.js';

const REPAIR_EXIT_CODES = `
Exit codes:
  0  no claim is violated
  1  a claim is violated
  2  the input is not a valid policy, or the command line is wrong
  3  no claim is known to be violated, and at least one is undecided
  4  the checker itself failed`;

const TUNE_EXIT_CODES = `
Exit codes:
  0  the search came to its end
  1  a claim of the policy does not hold, or a scenario fails: repair it first
  2  the input is not a valid policy or not a log, or the command line is wrong
  3  the time ended the search: better rules may exist
  4  the search itself failed`;

type Flags<Options extends SearchOptions> = Omit<Options, keyof SearchOptions>;

export function defineRepair(program: Command, run: Run): void {
    const repair = program
        .command('repair')
        .description('propose changes to the rules that make broken claims hold, each checked')
        .argument('<file>', 'a policy')
        .option('--claim <name>', 'only for the claim with this name');
    withReport(repair, REPAIR_EXIT_CODES).action(
        async (file: string, flags: Flags<RepairOptions>, command: Command) => {
            const { repairFile } = await import('./repair.js');
            await run(async (terminal) =>
                repairFile(file, { ...flags, ...(await searchOf(command, terminal.cwd)) }, terminal)
            );
        }
    );
}

export function defineTune(program: Command, run: Run): void {
    const tune = program
        .command('tune')
        .description(
            'find the weakest rules for honest sessions: the fewest approvals and denials with every claim proved'
        )
        .argument('<file>', 'a policy')
        .argument('<log...>', 'logs of honest sessions, in a format of `guardrail replay`')
        .option('--attacks <log...>', 'logs of attacks: changes that let fewer of their calls through come first')
        .option('--agent <name>', 'the agent that calls, if a log does not say which')
        .option('--values', 'also exempt values that several calls of the logs have')
        .option('--write', 'write the policy of each point next to the policy, as NAME.tuned-N.guardrail')
        .addOption(new Option('--points <n>', 'the most points of the curve').argParser(positiveInteger).default(12))
        .addOption(
            new Option('--time <seconds>', 'the time for the whole search').argParser(positiveInteger).default(300)
        );
    withReport(tune, TUNE_EXIT_CODES).action(
        async (file: string, logs: string[], flags: Flags<TuneOptions>, command: Command) => {
            const { tuneFile } = await import('./tune.js');
            await run(async (terminal) =>
                tuneFile(file, logs, { ...flags, ...(await searchOf(command, terminal.cwd)) }, terminal)
            );
        }
    );
}

function withReport(command: Command, exitCodes: string): Command {
    return withSearch(command).addOption(formatOption(REPORT_FORMATS)).addHelpText('after', exitCodes);
}
