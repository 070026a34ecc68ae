/** `guardrail add` on the command line. */
import type { Command } from 'commander';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  the packages are installed, and offer what is listed
  2  a package has no policies, or is for another version of the language; there
     is no package manager; or the command line is wrong
  If the package manager fails, its own exit code.`;

export function defineAdd(program: Command, run: Run): void {
    program
        .command('add')
        .description('install npm packages with policies, and list what they offer')
        .argument('<packages...>', 'as the package manager takes them: a name, name@version, a file, a folder')
        .option('-D, --dev', 'as development dependencies')
        .addHelpText('after', EXIT_CODES)
        .action(async (packages: string[], { dev = false }: { readonly dev?: boolean }) => {
            const { add } = await import('./add.js');
            await run((terminal) => add(packages, dev, terminal));
        });
}
