/** `guardrail outdated` on the command line. */
import { type Command } from 'commander';
import { limitsFor, selectorOf, timeLimitFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { formatOption, timeLimitOption, withLimits } from '../../options.js';
import { REPORT_FORMATS, type ReportFormat } from '../../reports/formats.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  no newer version changes what a policy decides
  1  a newer version decides some session differently, or does not fit a policy
  2  a file is not a valid policy, or the command line is wrong
  3  a comparison is undecided, or found no difference within a scope
  If npm fails, its own exit code.`;

interface OutdatedFlags {
    readonly format: ReportFormat;
    readonly config?: string;
}

export function defineOutdated(program: Command, run: Run): void {
    withLimits(
        program
            .command('outdated')
            .description('compare policies before and after an update of their packages to the newest versions')
            .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
            .addOption(formatOption(REPORT_FORMATS))
            .addOption(timeLimitOption())
            .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
            .addHelpText('after', EXIT_CODES)
    ).action(async (names: string[], flags: OutdatedFlags, command: Command) => {
        const { outdated } = await import('./outdated.js');
        await run(async (terminal) => {
            const loaded = await loadConfig(terminal.cwd, flags.config);
            const select = selectorOf(names, loaded, terminal.cwd);
            const [limits, timeLimit] = [limitsFor(command, loaded), timeLimitFor(command, loaded)];
            return outdated({ select, format: flags.format, limits, timeLimit }, terminal);
        });
    });
}
