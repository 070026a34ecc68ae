/** The report for programs. Its shape is documented in docs/reports.md and changes only with `FORMAT`. */
import { ASSUMPTIONS } from '../../checker/results/result.js';
import type { Source } from '../../model/policy/policy.js';
import type { CheckReport, FileReport, Problem } from './check-report.js';
import type { Diagnostic } from '../../workspace/diagnostics.js';
import { printedJson } from '../../workspace/printed-json.js';

export const FORMAT = 'guardrail-report/1';

/** `pathOf` turns the URI of a file into its path relative to the working directory, with forward slashes. */
export function jsonReport(report: CheckReport, pathOf: (uri: string) => string): string {
    const { version, exitCode } = report;
    return jsonText(
        FORMAT,
        { version, exitCode },
        {
            ...(report.partial && { partial: report.partial }),
            ...(report.selection && { selection: report.selection }),
            ...(report.baseline && { baseline: baselineData(report.baseline) }),
            milliseconds: Math.round(report.milliseconds),
            assumptions: ASSUMPTIONS,
            problems: report.problems.map(problemData),
            files: report.files.map((file) => fileData(file, pathOf))
        }
    );
}

/** The text of a report for programs: what all of them begin with, then its own data. */
export function jsonText(
    format: string,
    {
        version,
        exitCode,
        milliseconds
    }: { readonly version: string; readonly exitCode: number; readonly milliseconds?: number },
    data: object
): string {
    return printedJson({
        format,
        tool: { name: 'guardrail', version },
        exitCode,
        ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds) }),
        ...data
    });
}

export function fileData(file: FileReport, pathOf: (uri: string) => string): object {
    return {
        path: file.path,
        kind: file.kind,
        diagnostics: file.diagnostics.map((diagnostic: Diagnostic) => withPlaces(diagnostic, pathOf)),
        ...(file.off ? { off: file.off } : {}),
        ...(file.problem ? { problem: problemData(file.problem) } : {}),
        ...(file.notChecked === undefined ? {} : { notChecked: file.notChecked }),
        ...(file.result ? { result: withPlaces(file.result, pathOf) } : {}),
        ...(file.packages ? { packages: file.packages } : {}),
        ...(file.attack ? { attack: file.attack } : {})
    };
}

function baselineData({ known, fixed }: NonNullable<CheckReport['baseline']>): object {
    return { known, fixed: fixed.map(({ path, code, about }) => ({ path, code, about })) };
}

function problemData({ code, message, help }: Problem): object {
    return { code, message, ...(help === undefined ? {} : { help }) };
}

/** The same data with readable places as sources; arguments of calls are left unchanged. */
export function withPlaces(value: unknown, pathOf: (uri: string) => string): unknown {
    if (Array.isArray(value)) {
        return value.map((item: unknown) => withPlaces(item, pathOf));
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, part]: [string, unknown]) => {
            switch (key) {
                case 'source':
                case 'usedAt':
                    // In a condition on provenance, this is a number.
                    return [key, typeof part === 'object' ? placeData(part as Source, pathOf) : part];
                case 'args':
                    return [key, part];
                default:
                    return [key, withPlaces(part, pathOf)];
            }
        })
    );
}

/** Lines and columns count from one; columns count UTF-16 code units. */
function placeData({ uri, start, end }: Source, pathOf: (uri: string) => string): object {
    return {
        path: pathOf(uri),
        start: { line: start.line + 1, column: start.character + 1 },
        end: { line: end.line + 1, column: end.character + 1 }
    };
}
