/** `guardrail export` on the command line. */
import { type Command, Option } from 'commander';
import { EXPORT_FORMATS } from '../../reports/formats.js';
import { withSearch } from '../../options.js';
import { type SearchOptions, searchOf } from '../../config/flags.js';
import type { ExportOptions } from './export.js';
import type { Run } from '../run.js';

export function defineExport(program: Command, run: Run): void {
    withSearch(
        program
            .command('export')
            .description('write a policy, a claim, its session or a drawing for other tools')
            .argument('<file>', 'a policy')
            .addOption(new Option('--to <format>', 'the format').choices(EXPORT_FORMATS).makeOptionMandatory())
            .option('--claim <name>', 'the claim: its system, or its session (itf, mermaid)')
            .option('--modes [machine]', 'the modes of a machine (mermaid)')
            .option('-o, --output <file>', 'write to a file instead of standard output')
    ).action(async (file: string, flags: Omit<ExportOptions, keyof SearchOptions>, command: Command) => {
        const { exportPolicy } = await import('./export.js');
        await run(async (terminal) =>
            exportPolicy(file, { ...flags, ...(await searchOf(command, terminal.cwd)) }, terminal)
        );
    });
}
