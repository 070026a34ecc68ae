/**
 * Writes GitHub Actions workflow commands: an annotation for each problem, at its place in the files of a pull request.
 * A problem without a line only has the file.
 */
import type { CheckReport, Problem } from './check-report.js';
import type { Severity } from '../../workspace/diagnostics.js';
import { itemsOf, type Item } from './items.js';
import { printable } from '../terminal/layout.js';
import type { CheckReporter } from './reporter.js';
import { createStyle } from '../terminal/style.js';
import { printSummary } from './summary.js';

export const GITHUB: CheckReporter = {
    file: (file, context) => {
        const items = itemsOf(file).filter(
            ({ severity }) => !context.quiet || severity === 'error' || severity === 'warning'
        );
        return [
            ...items.map((item) => itemCommand(item, context.pathOf(item.source.uri))),
            ...(file.problem ? [problemCommand(file.problem, file.path)] : []),
            ...(file.notChecked === undefined
                ? []
                : [command('warning', { file: file.path, title: 'not checked' }, file.notChecked)])
        ].join('');
    },
    end: (report, context) =>
        [...report.problems.map((problem) => problemCommand(problem)), summary(report, context.quiet)].join('')
};

const LEVELS: { readonly [severity in Severity]: string } = {
    error: 'error',
    warning: 'warning',
    information: 'notice',
    hint: 'notice'
};

function itemCommand({ code, severity, message, source, claim, scenario, traces }: Item, file: string): string {
    const { start, end } = source;
    const name = claim?.name ?? scenario?.name;
    const [trace] = traces;
    const steps = (trace?.steps ?? []).map((step, index) => `${index + 1}. ${step.text}`);
    const place = {
        file,
        line: start.line + 1,
        endLine: end.line + 1,
        // GitHub ignores a column if the range ends on another line.
        ...(start.line === end.line && { col: start.character + 1, endColumn: end.character + 1 }),
        title: name === undefined ? code : `${code}: ${name}`
    };
    return command(LEVELS[severity], place, [message, ...steps].join('\n'));
}

function problemCommand({ code, message, help }: Problem, file?: string): string {
    const said = help === undefined ? message : `${message.replace(/\.$/, '')}. ${help}`;
    return command('error', { ...(file !== undefined && { file }), title: code }, said);
}

function command(level: string, properties: Readonly<Record<string, string | number>>, message: string): string {
    const written = Object.entries(properties).map(([name, value]) => `${name}=${inProperty(String(value))}`);
    return `::${level} ${written.join(',')}::${inMessage(message)}\n`;
}

/** A line break is escaped, because the log has one command on each line. */
function inMessage(text: string): string {
    return printable(text.replace(/\r\n?/g, '\n')).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function inProperty(text: string): string {
    return inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function summary(report: CheckReport, isQuiet: boolean): string {
    const style = createStyle({ color: false, unicode: true, width: 80 });
    return isQuiet
        ? ''
        : printSummary(report, style)
              .map((line) => `${line}\n`)
              .join('');
}
