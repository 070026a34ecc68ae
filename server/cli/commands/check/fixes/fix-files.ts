/**
 * `guardrail check --fix`: applies the fixes that preserve a file's meaning, before the remaining problems are reported.
 */
import { counted } from '../../../../model/text/plural.js';
import { asCodedError, CodedError, EXIT, type ExitCode } from '../../../../workspace/errors.js';
import { type Selector, selectFiles } from '../../../selection/files.js';
import { displayPath } from '../../../../workspace/display-path.js';
import { fixedText } from './fix-text.js';
import { writePolicyText } from '../../../terminal/output.js';
import { mostSevere, problemOf } from '../../../reports/check-report.js';
import { printProblem } from '../../../reports/problem.js';
import type { Terminal } from '../../../terminal/terminal.js';

/** @param isDry true to write nothing; the exit code then reports whether something would be written */
export async function fixFiles(select: Selector, isDry: boolean, terminal: Terminal): Promise<ExitCode> {
    const { cwd, writeError, errorStyle } = terminal;
    const codes: ExitCode[] = [];
    let count = 0;
    let changed = 0;
    for (const path of selectFiles(select, cwd).files) {
        const shown = displayPath(path, cwd);
        try {
            const fixed = await fixedText(path);
            if (fixed) {
                if (!isDry) {
                    writePolicyText(path, fixed.text);
                }
                changed++;
                count += fixed.fixes.length;
                const lines = fixed.fixes.map(
                    ({ line, column, code, title }) =>
                        `${shown}:${line}:${column}: ${isDry ? 'would fix' : 'fixed'}[${code}]: ${title}\n`
                );
                writeError(lines.join(''));
            }
        } catch (error) {
            // Unreadable files are reported with the rest.
            if (!(error instanceof CodedError) || error.exit === EXIT.failed) {
                const known = asCodedError(error);
                codes.push(known.exit);
                writeError(`${printProblem(problemOf(known), errorStyle, shown).join('\n')}\n`);
            }
        }
    }
    writeError(
        `${counted(count, 'fix', 'fixes')} in ${counted(changed, 'file')}${isDry ? ', none of them made' : ''}\n`
    );
    return mostSevere([...codes, isDry && count > 0 ? EXIT.violated : EXIT.ok]);
}
