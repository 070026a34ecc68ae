/** `guardrail export` on the command line. */
import { type Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat } from './formats.js';
import { type LimitFlags, timeLimitOption, withLimits } from '../../options.js';
import { limitsFor, timeLimitFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import type { Run } from '../run.js';

interface ExportFlags extends LimitFlags {
    readonly to: ExportFormat;
    readonly claim?: string;
    readonly modes?: string | true;
    readonly output?: string;
    readonly config?: string;
}

export function defineExport(program: Command, run: Run): void {
    withLimits(
        program
            .command('export')
            .description('write a policy, a claim, its session or a drawing for other tools')
            .argument('<file>', 'a policy')
            .addOption(new Option('--to <format>', 'the format').choices(EXPORT_FORMATS).makeOptionMandatory())
            .option('--claim <name>', 'the claim: its system, or its session (itf, mermaid)')
            .option('--modes [machine]', 'the modes of a machine (mermaid)')
            .option('-o, --output <file>', 'write to a file instead of standard output')
            .addOption(timeLimitOption())
            .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
    ).action(async (file: string, { config, ...flags }: ExportFlags, command: Command) => {
        const { exportPolicy } = await import('./export.js');
        const { modes, ...others } = flags;
        const machine = modes === undefined ? {} : { modes: modes === true ? '' : modes };
        await run(async (terminal) => {
            const loaded = await loadConfig(terminal.cwd, config);
            const limits = limitsFor(command, loaded);
            const timeLimit = timeLimitFor(command, loaded);
            return exportPolicy(file, { ...others, ...machine, limits, timeLimit }, terminal);
        });
    });
}
