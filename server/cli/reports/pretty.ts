/** The report for people: problems with their source text, the verdicts, the sessions, and a summary. */
import { counted, plural } from '../../model/text/plural.js';
import { repeated } from '../../../language/text/repeated.js';
import { ASSUMPTIONS } from '../../checker/results/result.js';
import { EXIT } from '../../workspace/errors.js';
import type { CheckReport, FileReport } from './check-report.js';
import { type Diagnostic, isTextError, type Severity } from '../../workspace/diagnostics.js';
import { printAttack } from './attack.js';
import { type ReportContext, placeOf } from './context.js';
import { brief } from './details.js';
import { excerpt } from './excerpt.js';
import { hang, printable } from './layout.js';
import { reportLimit } from './limits.js';
import { printProblem } from './problem.js';
import { printResult } from './results.js';
import { printSummary } from './summary.js';
import type { Style } from './style.js';

/**
 * The maximum number of errors shown: a broken file can have thousands, of which only the first ones are worth reading.
 */
const MAX_ERRORS = 20;
/** The number of other places shown for a message. */
const MAX_LINES = 20;

/** The messages that are shown with their text, those that are not, and the number of dropped ones. */
function shares(
    diagnostics: readonly Diagnostic[],
    { verbose = false }: ReportContext
): { readonly whole: readonly Diagnostic[]; readonly rest: readonly Diagnostic[]; readonly left: number } {
    if (verbose || diagnostics.some(isTextError)) {
        const whole = verbose ? diagnostics : diagnostics.slice(0, MAX_ERRORS);
        return { whole, rest: [], left: diagnostics.length - whole.length };
    }
    const most = reportLimit('wholeWarnings');
    const again = new Set(repeated(diagnostics, ({ code, message }) => `${code} ${message}`));
    const distinct = diagnostics.filter((one) => !again.has(one));
    const rest = distinct.slice(most, most + reportLimit('briefWarnings'));
    return { whole: distinct.slice(0, most), rest, left: Math.max(0, distinct.length - most - rest.length) };
}

/** Messages with identical wording, in file order. */
function sameAs({ code, message }: Diagnostic, diagnostics: readonly Diagnostic[]): Diagnostic[] {
    return diagnostics.filter((other) => other.code === code && other.message === message);
}

/** The further places of a message that is printed once. */
function otherPlaces(diagnostic: Diagnostic, { diagnostics }: FileReport, context: ReportContext): string[] {
    const { style, verbose = false } = context;
    if (verbose || diagnostics.some(isTextError)) {
        return [];
    }
    const others = sameAs(diagnostic, diagnostics).filter((other) => other !== diagnostic);
    const lines = [...new Set(others.map(({ source }) => String(source.start.line + 1)))];
    const shown = lines.slice(0, MAX_LINES);
    const left = lines.length > shown.length ? `, and in ${counted(lines.length - shown.length, 'more line')}` : '';
    return lines.length === 0
        ? []
        : hang('  ', `The same in ${plural(lines.length, 'line', 'lines')} ${shown.join(', ')}${left}.`, style);
}

/** The output for one file; empty if there is nothing to report. */
export function prettyFile(file: FileReport, context: ReportContext): string {
    const { style } = context;
    const diagnostics = file.diagnostics.filter(
        (diagnostic) => !context.quiet || diagnostic.severity === 'error' || diagnostic.severity === 'warning'
    );
    const { whole, rest, left } = shares(diagnostics, context);
    const blocks = whole.map((diagnostic) => [
        ...printDiagnostic(diagnostic, file, context),
        ...otherPlaces(diagnostic, file, context)
    ]);
    blocks.push([
        ...rest.flatMap((diagnostic) => [...brief(diagnostic, context), ...otherPlaces(diagnostic, file, context)]),
        ...(left > 0 ? [style.dim(`  and ${counted(left, 'more message')} about ${printable(file.path)}`)] : [])
    ]);
    if (file.problem) {
        blocks.push(printProblem(file.problem, style, file.path));
    }
    if (file.notChecked !== undefined) {
        const text = `${printable(file.path)} was not checked: ${file.notChecked}`;
        blocks.push(hang(`${style.yellow(style.signs.unsure)} `, text, style));
    }
    if (file.result) {
        blocks.push(printResult(file, file.result, context));
    }
    if (file.attack) {
        blocks.push(printAttack(file.attack, context));
    }
    const shown = blocks.filter((block) => block.length > 0);
    return shown.map((block) => `${block.join('\n')}\n\n`).join('');
}

/** The output after the last file. */
export function prettyEnd(report: CheckReport, context: ReportContext): string {
    const { style } = context;
    const blocks = report.problems.map((problem) => printProblem(problem, style));
    if (context.quiet && report.exitCode === EXIT.ok) {
        return '';
    }
    if (!context.quiet && report.files.some((file) => (file.result?.claims.length ?? 0) > 0)) {
        const text = `Every verdict takes for granted: ${ASSUMPTIONS.join('; ')}.`;
        blocks.push(hang('', text, { width: style.width, color: style.dim }));
    }
    const fixed = report.baseline?.fixed ?? [];
    if (fixed.length > 0) {
        const head = 'Fixed; --update-baseline removes these from the baseline:';
        blocks.push([head, ...fixed.flatMap(({ path, about }) => hang('  ', printable(`${path}: ${about}`), style))]);
    }
    const [code] = codesOf(report);
    if (code !== undefined && !context.quiet) {
        blocks.push(
            hang('', `For more about a code: guardrail explain ${code}`, { width: style.width, color: style.dim })
        );
    }
    blocks.push(printSummary(report, style));
    return blocks.map((block) => `${block.join('\n')}\n`).join('\n');
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

function printDiagnostic(diagnostic: Diagnostic, file: FileReport, context: ReportContext): string[] {
    const { style } = context;
    const color = severityColor(diagnostic.severity, style);
    const head = `${color(`${diagnostic.severity}[${diagnostic.code}]`)}: `;
    return [
        ...hang(head, printable(diagnostic.message), { width: style.width, rest: '  ', color: style.bold }),
        ...excerpt(file.text, diagnostic.source, placeOf(diagnostic.source, context), style, { underline: color })
    ];
}

function severityColor(severity: Severity, style: Style): (text: string) => string {
    switch (severity) {
        case 'error':
            return style.red;
        case 'warning':
            return style.yellow;
        default:
            return style.cyan;
    }
}
