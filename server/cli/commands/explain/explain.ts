/** `guardrail explain CODE`: shows the documentation page of a code. */
import { codePage } from '../../code-pages.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { Terminal } from '../../terminal/terminal.js';

/** @param folder the folder of the program, with the pages */
export async function explain(code: string, folder: URL, terminal: Terminal): Promise<ExitCode> {
    const page = codePage(code.toUpperCase(), folder);
    if (page === undefined) {
        throw new CodedError(
            'GR902',
            `there is no code ${code}`,
            'Messages have their code in brackets: `guardrail explain GR201` explains error[GR201].'
        );
    }
    terminal.output.write(page.endsWith('\n') ? page : `${page}\n`);
    await terminal.output.finished();
    return EXIT.ok;
}
