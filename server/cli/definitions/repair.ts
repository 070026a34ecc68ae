/** `guardrail repair` on the command line. */
import { type Command, Option } from 'commander';
import { type LimitFlags, limitsOf, withLimits } from '../options.js';
import { REPORT_FORMATS, type ReportFormat } from '../reports/formats.js';
import type { Run } from './run.js';

interface RepairFlags extends LimitFlags {
    readonly claim?: string;
    readonly format: ReportFormat;
}

export function defineRepair(program: Command, run: Run): void {
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
            const { repair } = await import('../commands/repair.js');
            await run((terminal) => repair(file, { ...flags, limits: limitsOf(flags) }, terminal));
        });
}
