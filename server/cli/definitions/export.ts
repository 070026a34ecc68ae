/** `guardrail export` on the command line. */
import { type Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat } from '../commands/export-formats.js';
import { type LimitFlags, limitsOf, withLimits } from '../options.js';
import type { Run } from './run.js';

interface ExportFlags extends LimitFlags {
    readonly to: ExportFormat;
    readonly claim?: string;
    readonly modes?: string | true;
    readonly output?: string;
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
    ).action(async (file: string, flags: ExportFlags) => {
        const { exportPolicy } = await import('../commands/export.js');
        const { modes, ...others } = flags;
        const machine = modes === undefined ? {} : { modes: modes === true ? '' : modes };
        await run((terminal) => exportPolicy(file, { ...others, ...machine, limits: limitsOf(flags) }, terminal));
    });
}
