/** `guardrail fmt`: writes the files that change, each completely or not at all. */
import { counted } from '../../../model/text/plural.js';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { URI } from 'langium';
import { asCodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { type Selector, selectFiles } from '../../selection/files.js';
import { displayPath } from '../../../workspace/display-path.js';
import { Formatter } from './formatter.js';
import { writePolicyText } from '../../terminal/output.js';
import { decodePolicyText, readPolicyText } from '../../../workspace/policy-text.js';
import { mostSevere, problemOf } from '../../reports/check-report.js';
import type { Diagnostic } from '../../../workspace/diagnostics.js';
import { excerpt } from '../../reports/excerpt.js';
import { hang, printable } from '../../reports/layout.js';
import { printProblem } from '../../reports/problem.js';
import type { Terminal } from '../../terminal/terminal.js';

/** @param check true to write nothing, and list what would change */
export async function fmt(select: Selector, check: boolean, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, errorStyle, writeError } = terminal;
    const { files, errors } = selectFiles(select, cwd);
    const formatter = new Formatter();
    const codes: ExitCode[] = errors.map(({ exit }) => exit);
    errors.forEach((error) => writeError(`${printProblem(problemOf(error), errorStyle).join('\n')}\n`));
    let changed = 0;
    for (const path of files) {
        const shown = displayPath(path, cwd);
        try {
            const text = readPolicyText(path);
            const formatted = await formatter.format(text, URI.parse(pathToFileURL(path).toString()));
            if ('errors' in formatted) {
                codes.push(EXIT.invalid);
                writeError(printErrors(formatted.errors, shown, text, terminal));
            } else if (formatted.text !== text) {
                changed++;
                output.write(`${printable(shown)}\n`);
                if (check) {
                    codes.push(EXIT.violated);
                } else {
                    writePolicyText(path, formatted.text);
                }
            }
        } catch (error) {
            const known = asCodedError(error);
            codes.push(known.exit);
            writeError(`${printProblem(problemOf(known), errorStyle, shown).join('\n')}\n`);
        }
    }
    const done = check ? 'not formatted' : 'formatted';
    writeError(
        `${counted(changed, 'file')} of ${files.length} ${changed === 0 && !check ? 'had to be formatted' : done}\n`
    );
    await output.finished();
    return mostSevere(codes);
}

/** Formats standard input to standard output; with `check` only the exit code reports whether it is formatted. */
export async function fmtInput(check: boolean, terminal: Terminal): Promise<ExitCode> {
    const bytes = await buffer(process.stdin);
    const text = decodePolicyText(bytes);
    const formatted = await new Formatter().format(text, URI.parse('text:/stdin.guardrail'));
    if ('errors' in formatted) {
        terminal.writeError(printErrors(formatted.errors, '(standard input)', text, terminal));
        return EXIT.invalid;
    }
    if (!check) {
        terminal.output.write(formatted.text);
        await terminal.output.finished();
    }
    return check && formatted.text !== text ? EXIT.violated : EXIT.ok;
}

/** A broken text can have thousands of errors, of which only the first ones are worth reading. */
const MAX_ERRORS = 20;

function printErrors(
    errors: readonly Diagnostic[],
    path: string,
    text: string,
    { errorStyle: style }: Terminal
): string {
    const lines = errors.slice(0, MAX_ERRORS).flatMap(({ code, message, source }) => {
        const place = `${path}:${source.start.line + 1}:${source.start.character + 1}`;
        const head = `${style.red(`error[${code}]`)}: `;
        return [
            ...hang(head, printable(message), { width: style.width, rest: '  ', color: style.bold }),
            ...excerpt(text, source, printable(place), style, { underline: style.red })
        ];
    });
    return `${lines.join('\n')}\n`;
}
