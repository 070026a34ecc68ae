/** `guardrail explain` on the command line. */
import type { Command } from 'commander';
import { limitsFor, selectorOf, timeLimitFor } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { type LimitFlags, timeLimitOption, withLimits } from '../../options.js';
import type { Run } from '../run.js';

interface ExplainFlags extends LimitFlags {
    readonly config?: string;
}

/** @param folder the folder of the program */
export function defineExplain(program: Command, run: Run, folder: URL): void {
    withLimits(
        program
            .command('explain')
            .description('print what a code such as GR201 means, or what a claim forbids and how often it applies')
            .argument('<what>', 'the code that a message has in brackets, or the name of a claim')
            .argument('[files...]', 'where to look for the claim (default: all .guardrail files of this folder)')
            .addOption(timeLimitOption())
            .option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)')
    ).action(async (name: string, files: string[], flags: ExplainFlags, command: Command) => {
        if (/^[a-z]{2}\d+$/i.test(name)) {
            const { explain } = await import('./explain.js');
            await run((terminal) => explain(name, folder, terminal));
            return;
        }
        const { explainClaim } = await import('./explain-claim.js');
        await run(async (terminal) => {
            const loaded = await loadConfig(terminal.cwd, flags.config);
            const select = selectorOf(files, loaded, terminal.cwd);
            const limits = limitsFor(command, loaded);
            return explainClaim(name, { select, limits, timeLimit: timeLimitFor(command, loaded) }, terminal);
        });
    });
}
