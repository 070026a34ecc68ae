/** `guardrail tune` on the command line. */
import { type Command, Option } from 'commander';
import { limitsFor, timeLimitFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { formatOption, type LimitFlags, positiveInteger, timeLimitOption, withLimits } from '../../options.js';
import { REPORT_FORMATS, type ReportFormat } from '../../reports/formats.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  the search came to its end
  1  a claim of the policy does not hold, or a scenario fails: repair it first
  2  the input is not a valid policy or not a log, or the command line is wrong
  3  the time ended the search: better rules may exist
  4  the search itself failed`;

interface TuneFlags extends LimitFlags {
    readonly attacks?: string[];
    readonly agent?: string;
    readonly values?: true;
    readonly points: number;
    readonly write?: true;
    readonly time: number;
    readonly format: ReportFormat;
    readonly config?: string;
}

export function defineTune(program: Command, run: Run): void {
    withLimits(
        program
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
    )
        .addOption(new Option('--points <n>', 'the most points of the curve').argParser(positiveInteger).default(12))
        .addOption(
            new Option('--time <seconds>', 'the time for the whole search').argParser(positiveInteger).default(300)
        )
        .addOption(formatOption(REPORT_FORMATS))
        .addOption(timeLimitOption())
        .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
        .addHelpText('after', EXIT_CODES)
        .action(async (file: string, logs: string[], flags: TuneFlags, command: Command) => {
            const { tuneFile } = await import('./tune.js');
            await run(async (terminal) => {
                const loaded = await loadConfig(terminal.cwd, flags.config);
                const [limits, timeLimit] = [limitsFor(command, loaded), timeLimitFor(command, loaded)];
                return tuneFile(file, logs, { ...flags, limits, timeLimit }, terminal);
            });
        });
}
