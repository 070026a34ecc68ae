/** `guardrail packages` on the command line. */
import type { Command } from 'commander';
import { searchOf, selectorOf } from '../../config/flags.js';
import { formatOption, withSearch } from '../../options.js';
import { REPORT_FORMATS, type ReportFormat } from '../../reports/formats.js';
import type { Run } from '../run.js';

const PAGES_EXIT_CODES = `
Exit codes:
  0  the page was printed or written
  2  a package or file cannot be used, or the command line is wrong`;

const ADD_EXIT_CODES = `
Exit codes:
  0  the packages are installed, and have the packs that are listed
  2  a package has no policies, or is for another version of the language; there
     is no package manager; or the command line is wrong
  If the package manager fails, its own exit code.`;

const OUTDATED_EXIT_CODES = `
Exit codes:
  0  no newer version changes what a policy decides
  1  a newer version decides some session differently, or does not fit a policy
  2  a file is not a valid policy, or the command line is wrong
  3  a comparison is undecided, or found no difference within a scope
  If npm fails, its own exit code.`;

export function definePackages(program: Command, run: Run): void {
    const packages = program
        .command('packages')
        .description('print a page about the packs of packages and files, as Markdown')
        .argument('[packages...]', 'packages or files (default: the packages with policies that package.json names)')
        .option('-o, --output <file>', 'write the page to a file')
        .addHelpText('after', PAGES_EXIT_CODES)
        .action(async (names: string[], { output }: { readonly output?: string }) => {
            const { printPages } = await import('./pages.js');
            await run((terminal) => printPages(names, output, terminal));
        });
    packages
        .command('add')
        .description('install npm packages with policies, and print the page about their packs')
        .argument('<packages...>', 'as the package manager takes them: a name, name@version, a file, a folder')
        .option('-D, --dev', 'as development dependencies')
        .addHelpText('after', ADD_EXIT_CODES)
        .action(async (names: string[], { dev = false }: { readonly dev?: boolean }) => {
            const { add } = await import('./add.js');
            await run((terminal) => add(names, dev, terminal));
        });
    withSearch(
        packages
            .command('outdated')
            .description('compare policies before and after an update of their packages to the newest versions')
            .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
            .addOption(formatOption(REPORT_FORMATS))
            .addHelpText('after', OUTDATED_EXIT_CODES)
    ).action(async (names: string[], { format }: { readonly format: ReportFormat }, command: Command) => {
        const { outdated } = await import('./outdated.js');
        await run(async (terminal) => {
            const { loaded, ...search } = await searchOf(command, terminal.cwd);
            return outdated({ ...search, format, select: selectorOf(names, loaded, terminal.cwd) }, terminal);
        });
    });
}
