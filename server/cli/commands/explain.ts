/** `guardrail explain`: the documentation page of a code. */
import { CliError, EXIT, type ExitCode } from '../errors.js';
import type { Terminal } from '../terminal.js';

export async function explain(code: string, terminal: Terminal): Promise<ExitCode> {
    const page = await pageOf(code.toUpperCase());
    if (page === undefined) {
        throw new CliError(
            'GR902',
            `there is no code ${code}`,
            'A code stands in brackets in a message: error[GR201] is explained by `guardrail explain GR201`.'
        );
    }
    terminal.output.write(page.endsWith('\n') ? page : `${page}\n`);
    await terminal.output.finished();
    return EXIT.ok;
}

/** The bundler puts every page of the folder into the program. */
async function pageOf(code: string): Promise<string | undefined> {
    if (!/^GR\d{3}$/.test(code)) {
        return undefined;
    }
    try {
        const page = (await import(`../../../docs/codes/${code}.md`)) as { readonly default: string };
        return page.default;
    } catch {
        return undefined;
    }
}
