/** Prints a message without a place in a text. */
import type { Problem } from './check-report.js';
import { hang, printable } from '../terminal/layout.js';
import type { Style } from '../terminal/style.js';

/** @param path the file that the problem concerns, if the message does not name the file itself */
export function printProblem(problem: Problem, style: Style, path?: string): string[] {
    const head = `${style.red(`error[${problem.code}]`)}: `;
    const about = path === undefined ? '' : `${path}: `;
    const lines = hang(head, printable(about + problem.message), {
        width: style.width,
        rest: '  ',
        color: style.bold
    });
    const help = problem.help === undefined ? [] : hang('  ', printable(problem.help), style);
    return [...lines, ...help];
}
