/** `guardrail explain` on the command line. */
import type { Command } from 'commander';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { codePage } from '../../code-pages.js';
import { searchOf, selectorOf } from '../../config/flags.js';
import { withSearch } from '../../options.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { Run } from '../run.js';

/** @param folder the folder of the program */
export function defineExplain(program: Command, run: Run, folder: URL): void {
    withSearch(
        program
            .command('explain')
            .description('print what a code such as GR201 means, or what a claim forbids and how often it applies')
            .argument('<what>', 'the code that a message has in brackets, or the name of a claim')
            .argument('[files...]', 'where to look for the claim (default: all .guardrail files of this folder)')
    ).action((name: string, files: string[], _flags: unknown, command: Command) =>
        run(async (terminal) => {
            if (/^[a-z]{2}\d+$/i.test(name)) {
                return explainCode(name, folder, terminal);
            }
            const { explainClaim } = await import('./explain-claim.js');
            const { loaded, ...search } = await searchOf(command, terminal.cwd);
            return explainClaim(name, { ...search, select: selectorOf(files, loaded, terminal.cwd) }, terminal);
        })
    );
}

/** @param folder the folder of the program, with the pages */
function explainCode(code: string, folder: URL, { output }: Terminal): ExitCode {
    const page = codePage(code.toUpperCase(), folder);
    if (page === undefined) {
        throw new CodedError(
            'GR902',
            `there is no code ${code}`,
            'Messages have their code in brackets: `guardrail explain GR201` explains error[GR201].'
        );
    }
    output.write(page.endsWith('\n') ? page : `${page}\n`);
    return EXIT.ok;
}
