/** `guardrail repair` on the command line. */
import { type Command } from 'commander';
import { formatOption, type LimitFlags, timeLimitOption, withLimits } from '../../options.js';
import { REPORT_FORMATS, type ReportFormat } from '../../reports/formats.js';
import { limitsFor, timeLimitFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  no claim is violated
  1  a claim is violated
  2  the input is not a valid policy, or the command line is wrong
  3  no claim is known to be violated, and at least one is undecided
  4  the checker itself failed`;

interface RepairFlags extends LimitFlags {
    readonly claim?: string;
    readonly format: ReportFormat;
    readonly config?: string;
}

export function defineRepair(program: Command, run: Run): void {
    withLimits(
        program
            .command('repair')
            .description('propose changes to the rules that make violated claims hold, each checked')
            .argument('<file>', 'a policy')
            .option('--claim <name>', 'only for the claim with this name')
    )
        .addOption(formatOption(REPORT_FORMATS))
        .addOption(timeLimitOption())
        .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
        .addHelpText('after', EXIT_CODES)
        .action(async (file: string, flags: RepairFlags, command: Command) => {
            const { repair } = await import('./repair.js');
            await run(async (terminal) => {
                const loaded = await loadConfig(terminal.cwd, flags.config);
                const [limits, timeLimit] = [limitsFor(command, loaded), timeLimitFor(command, loaded)];
                return repair(file, { ...flags, limits, timeLimit }, terminal);
            });
        });
}
