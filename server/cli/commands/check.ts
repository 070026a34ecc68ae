/** `guardrail check`: runs, reports, and says with the exit code how it went. */
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import type { Limits } from '../../checker/result.js';
import type { ExitCode } from '../errors.js';
import { displayPath, type Selector } from '../files.js';
import type { OutputFile } from '../options.js';
import { assertWritable, writeAtomically } from '../output.js';
import { ProgressLine } from '../progress.js';
import type { CheckReport, FailOptions, FileReport } from '../report.js';
import type { ReportContext } from '../reports/context.js';
import { compactEnd, compactFile } from '../reports/compact.js';
import type { CheckFormat } from '../reports/formats.js';
import { jsonReport } from '../reports/json.js';
import { prettyEnd, prettyFile } from '../reports/pretty.js';
import { createStyle, type Style } from '../reports/style.js';
import { runCheck } from '../run.js';
import type { Terminal } from '../terminal.js';

export interface CheckCommandOptions extends FailOptions {
    readonly select: Selector;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly quiet: boolean;
    readonly limits: Limits;
    readonly claim?: string;
    /** Sessions to show of a violated claim. */
    readonly counterexamples: number;
}

export async function check(options: CheckCommandOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, version, output } = terminal;
    const files = options.output.map(({ format, path }) => ({ format, path: resolve(cwd, path) }));
    files.forEach(({ path }) => assertWritable(path));

    const texts = new Map<string, string>();
    const pathOf = (uri: string): string => (uri.startsWith('file:') ? displayPath(fileURLToPath(uri), cwd) : uri);
    const contextOf = (style: Style, quiet: boolean): ReportContext => ({
        style,
        quiet,
        pathOf,
        textOf: (uri) => texts.get(uri)
    });
    const context = contextOf(terminal.style, options.quiet);
    const progress = terminal.isWatched
        ? new ProgressLine({ write: terminal.writeError }, terminal.errorStyle)
        : undefined;

    const report = await runCheck(
        { ...options, cwd, version },
        {
            onText: (uri, text) => texts.set(uri, text),
            onFile: (file) => {
                progress?.restart();
                output.write(FILE[options.format](file, context));
            },
            onProgress: (path, state) => progress?.show(path, state),
            onFault: (error) => {
                if (terminal.isDebugging) {
                    terminal.writeError(`${error instanceof Error ? error.stack : String(error)}\n`);
                }
            }
        }
    );
    output.write(END[options.format](report, context));
    for (const { format, path } of files) {
        const plain = contextOf(createStyle({ color: false, unicode: true, width: 80 }), false);
        writeAtomically(path, wholeReport(format, report, plain));
    }
    await output.finished();
    return report.exitCode;
}

/** What each report says of a file as soon as it is checked, */
const FILE: Record<CheckFormat, (file: FileReport, context: ReportContext) => string> = {
    pretty: prettyFile,
    compact: compactFile,
    json: () => ''
};

/** and after the last one. */
const END: Record<CheckFormat, (report: CheckReport, context: ReportContext) => string> = {
    pretty: prettyEnd,
    compact: compactEnd,
    json: (report, { pathOf }) => jsonReport(report, pathOf)
};

function wholeReport(format: CheckFormat, report: CheckReport, context: ReportContext): string {
    return report.files.map((file) => FILE[format](file, context)).join('') + END[format](report, context);
}
