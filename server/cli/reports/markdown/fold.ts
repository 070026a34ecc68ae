/** Writes the content of a fold in a comment. */
import type { Diagnostic, Severity } from '../../../workspace/diagnostics.js';
import { placeOf, type ReportContext } from '../context.js';
import type { Part } from './comment.js';
import { code, inMarkdown } from './escape.js';

export const SIGNS: { readonly [severity in Severity]: string } = {
    error: '❌',
    warning: '⚠️',
    information: 'ℹ️',
    hint: 'ℹ️'
};

/** The problems of a text, folded unless one is an error. */
export function messages(diagnostics: readonly Diagnostic[], context: ReportContext): Part {
    const rows = diagnostics.map(
        ({ severity, code: number, message, source }) =>
            `| ${SIGNS[severity]} ${number} | ${code(placeOf(source, context))} | ${inMarkdown(message)} |\n`
    );
    const isOpen = diagnostics.some(({ severity }) => severity === 'error');
    return {
        text: fold(
            `Messages about the text: ${diagnostics.length}`,
            `| | | |\n| --- | --- | --- |\n${rows.join('')}\n`,
            isOpen
        ),
        end: END
    };
}

export const END = '</details>\n\n';

/**
 * A fold without its closing tag, so that a session can follow.
 * @param summary HTML
 */
export function fold(summary: string, body: string, isOpen = false): string {
    return `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>\n\n${body}`;
}
