/** `guardrail audit` on the command line. */
import { type Command, Option } from 'commander';
import { formatOption, type LimitFlags, limitsOf, type OutputFile, outputFile, withLimits } from '../../options.js';
import { CHECK_FORMATS, type CheckFormat } from '../../reports/formats.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  every rule acts, and no session breaks what people mean by such settings;
     with --explain, the call is explained
  1  a session gets through, or with --fail-on warning a rule never acts or does
     not do what it says
  2  a client does not load a file, or the command line is wrong
  3  a claim is undecided, or holds only in a scope
  4  the checker itself failed`;

interface AuditFlags extends LimitFlags {
    readonly user?: boolean;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly failOn: 'error' | 'warning';
    readonly textOnly?: boolean;
    readonly explain?: string;
}

/** @param folder the folder of the program */
export function defineAudit(program: Command, run: Run, folder: URL): void {
    withLimits(
        program
            .command('audit')
            .description('say what the permission rules of coding agents do, and which sessions get through')
            .argument('[folder]', 'the project with the settings', '.')
            .option('--user', 'with the settings in your home folder, which clients merge with those of a project')
            .option('--explain <call>', 'only say which rule decides a shell line, or TOOL(ARGUMENT)')
            .option('--text-only', 'only what each rule does: no sessions')
            .addOption(
                new Option('--fail-on <severity>', 'which messages about rules fail the run')
                    .choices(['error', 'warning'])
                    .default('error')
            )
            .addOption(formatOption(CHECK_FORMATS))
            .addOption(
                new Option('--output <format=file>', 'write another report to a file; may be repeated')
                    .argParser(outputFile)
                    .default([], 'none')
            )
            .addHelpText('after', EXIT_CODES)
    ).action(async (project: string, flags: AuditFlags) => {
        const { explain, user, format } = flags;
        if (explain !== undefined) {
            const { explainInSettings } = await import('./explain.js');
            await run((terminal) => explainInSettings({ explain, project, user: user === true, format }, terminal));
            return;
        }
        const { audit } = await import('./audit.js');
        await run((terminal) => audit({ ...flags, project, limits: limitsOf(flags), folder, strict: false }, terminal));
    });
}
