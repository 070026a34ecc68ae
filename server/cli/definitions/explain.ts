/** `guardrail explain` on the command line. */
import type { Command } from 'commander';
import type { Run } from './run.js';

/** @param folder where the program is */
export function defineExplain(program: Command, run: Run, folder: URL): void {
    program
        .command('explain')
        .description('print what a code such as GR201 means, with an example and its repair')
        .argument('<code>', 'the code, as it stands in brackets in a message')
        .action(async (code: string) => {
            const { explain } = await import('../commands/explain.js');
            await run((terminal) => explain(code, folder, terminal));
        });
}
