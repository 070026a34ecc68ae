/** `guardrail docs` on the command line. */
import type { Command } from 'commander';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  the page was printed or written
  2  a package or file cannot be used, or the command line is wrong`;

export function defineDocs(program: Command, run: Run): void {
    program
        .command('docs')
        .description('print a page about the packs of packages and files, as Markdown')
        .argument('[packages...]', 'packages or files (default: the packages with policies that package.json names)')
        .option('-o, --output <file>', 'write the page to a file')
        .addHelpText('after', EXIT_CODES)
        .action(async (names: string[], { output }: { readonly output?: string }) => {
            const { docs } = await import('./docs.js');
            await run((terminal) => docs(names, output, terminal));
        });
}
