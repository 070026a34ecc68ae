/** The reports of `guardrail check`. Those for terminals and editors are part of the program, the others are loaded. */
import type { CheckReport } from './check-report.js';
import type { CheckContext } from './context.js';
import { compactEnd, compactFile } from './compact.js';
import type { CheckFormat } from './formats.js';
import { jsonReport } from './json.js';
import { prettyEnd, prettyFile } from './pretty.js';
import type { CheckReporter } from './reporter.js';

const published = () => import('./published.js');

const REPORTERS: { readonly [format in CheckFormat]: () => CheckReporter | Promise<CheckReporter> } = {
    pretty: () => ({ file: prettyFile, end: prettyEnd }),
    compact: () => ({ file: compactFile, end: compactEnd }),
    json: () => ({ end: (report, { pathOf }) => jsonReport(report, pathOf) }),
    sarif: async () => (await published()).SARIF,
    junit: async () => (await published()).JUNIT,
    github: async () => (await published()).GITHUB,
    markdown: async () => (await published()).MARKDOWN,
    html: async () => (await published()).HTML
};

/** Loads the reporters before the check, so that a file can be reported immediately. */
export async function loadReporters(formats: Iterable<CheckFormat>): Promise<ReadonlyMap<CheckFormat, CheckReporter>> {
    return new Map(
        await Promise.all([...new Set(formats)].map(async (format) => [format, await REPORTERS[format]()] as const))
    );
}

export function wholeReport(reporter: CheckReporter, report: CheckReport, context: CheckContext): string {
    return report.files.map((file) => reporter.file?.(file, context) ?? '').join('') + reporter.end(report, context);
}
