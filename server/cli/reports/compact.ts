/**
 * The report for programs that read lines, such as problem matchers: a line for each problem, in file order,
 *
 *     path:line:column: severity[CODE]: message
 *
 * and `path: severity[CODE]: message` for problems without a place.
 */
import { problemsOf } from '../../checker/results/problems.js';
import type { CheckReport, FileReport, Problem } from './check-report.js';
import { placeOf, type ReportContext } from './context.js';
import { printable } from '../terminal/layout.js';
import { printSummary } from './summary.js';

/** The problems of one file; empty if there is none. */
export function compactFile(file: FileReport, context: ReportContext): string {
    const placed = [...file.diagnostics, ...(file.result ? problemsOf(file.result) : [])].filter(
        ({ severity }) => !context.quiet || severity === 'error' || severity === 'warning'
    );
    return [
        ...placed.map((problem) => `${placeOf(problem.source, context)}: ${said(problem.severity, problem)}`),
        ...(file.problem ? [`${file.path}: ${said('error', file.problem)}`] : []),
        ...(file.notChecked === undefined ? [] : [`${file.path}: not checked: ${oneLine(file.notChecked)}`])
    ]
        .map((line) => `${line}\n`)
        .join('');
}

/** The facts about the whole run, and the totals. */
export function compactEnd(report: CheckReport, context: ReportContext): string {
    const lines = report.problems.map((problem: Problem) => said('error', problem));
    const summary = context.quiet ? [] : printSummary(report, context.style);
    return [...lines, ...summary].map((line) => `${line}\n`).join('');
}

function said(severity: string, { code, message, help }: Pick<Problem, 'code' | 'message' | 'help'>): string {
    return `${severity}[${code}]: ${oneLine(help === undefined ? message : `${message.replace(/\.$/, '')}. ${help}`)}`;
}

function oneLine(text: string): string {
    return printable(text).replace(/\s+/g, ' ');
}
