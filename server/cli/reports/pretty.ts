/** The report for people: problems with their source text, the verdicts, the sessions, and a summary. */
import { ASSUMPTIONS } from '../../checker/results/result.js';
import { EXIT } from '../../workspace/errors.js';
import type { CheckReport, FileReport } from './check-report.js';
import type { ReportContext } from './context.js';
import { type Block, group, note } from './document.js';
import { fileBlocks, problemEntry } from './file-blocks.js';
import { printSummary } from './summary.js';
import { printedText } from './terminal.js';

/** The output for one file; empty if there is nothing to report. */
export function prettyFile(file: FileReport, context: ReportContext): string {
    const text = printedText(fileBlocks(file, { ...context, detail: context.verbose ? 'verbose' : 'brief' }), context);
    return text === '' ? '' : `${text}\n`;
}

/** The output after the last file. */
export function prettyEnd(report: CheckReport, context: ReportContext): string {
    const { quiet, style } = context;
    if (quiet && report.exitCode === EXIT.ok) {
        return '';
    }
    const hasClaims = report.files.some((file) => (file.result?.claims.length ?? 0) > 0);
    const fixed = (report.baseline?.fixed ?? []).map(({ path, about }) => group(note(`${path}: ${about}`)));
    const [code] = codesOf(report);
    const blocks: Block[] = [
        ...report.problems.map((problem) => problemEntry(problem)),
        ...(hasClaims && !quiet ? [soft(`Every verdict takes for granted: ${ASSUMPTIONS.join('; ')}.`)] : []),
        ...(fixed.length > 0 ? [note('Fixed; --update-baseline removes these from the baseline:'), ...fixed] : []),
        ...(code !== undefined && !quiet ? [soft(`For more about a code: guardrail explain ${code}`)] : [])
    ];
    const summary = printSummary(report, style).join('\n');
    return `${[printedText(blocks, context), `${summary}\n`].filter((part) => part !== '').join('\n')}`;
}

function soft(text: string): Block {
    return { kind: 'text', text, look: 'soft' };
}

function codesOf(report: CheckReport): string[] {
    return [
        ...report.files.flatMap((file) => [
            ...file.diagnostics,
            ...(file.problem ? [file.problem] : []),
            ...(file.result?.findings ?? [])
        ]),
        ...report.problems
    ].map(({ code }) => code);
}
