/** `guardrail check`: runs, reports, and says with the exit code how it went. */
import { fileURLToPath } from 'node:url';
import { basename, resolve } from 'node:path';
import type { Limits } from '../../checker/result.js';
import { defaultCacheFolder } from '../checking/cache-folder.js';
import { CliError, type ExitCode } from '../errors.js';
import type { Baseline } from '../baseline.js';
import type { Shard } from '../selection/shard.js';
import { displayPath, type Selector } from '../files.js';
import { interruptible } from '../interrupts.js';
import type { OutputFile } from '../options.js';
import { assertWritable, writeAtomically } from '../output.js';
import { ProgressLine } from '../progress.js';
import type { FailOptions } from '../report.js';
import { codePage } from '../code-pages.js';
import type { CheckContext } from '../reports/context.js';
import type { CheckFormat } from '../reports/formats.js';
import { loadReporters, wholeReport } from '../reports/registry.js';
import { createStyle, type Style } from '../reports/style.js';
import { type CheckListener, runCheck } from '../run.js';
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
    /** Where the program is, with the pages of the codes. */
    readonly folder: URL;
    /** Only the text: no scenario, claim or finding. */
    readonly textOnly?: boolean;
    /** How many threads at most; absent: as many as there are processors. */
    readonly jobs?: number;
    /** Whether results of earlier runs are used, and those of this one kept; a text says in which folder. */
    readonly cache: boolean | string;
    readonly changedSince?: string;
    readonly shard?: Shard;
    /** The file of what is known, and whether what is found is written into it. */
    readonly baseline?: string;
    readonly updateBaseline?: boolean;
}

export async function check(options: CheckCommandOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, version, output } = terminal;
    const files = options.output.map(({ format, path }) => ({ format, path: resolve(cwd, path) }));
    files.forEach(({ path }) => assertWritable(path));

    const reporters = await loadReporters([options.format, ...files.map(({ format }) => format)]);
    const reporter = reporters.get(options.format)!;

    const texts = new Map<string, string>();
    const pathOf = (uri: string): string => (uri.startsWith('file:') ? displayPath(fileURLToPath(uri), cwd) : uri);
    const contextOf = (style: Style, quiet: boolean): CheckContext => ({
        style,
        quiet,
        pathOf,
        textOf: (uri) => texts.get(uri),
        fails: options,
        pageOf: (code) => codePage(code, options.folder)
    });
    const context = contextOf(terminal.style, options.quiet);
    const progress = terminal.isWatched
        ? new ProgressLine({ write: terminal.writeError }, terminal.errorStyle)
        : undefined;

    const listener: CheckListener = {
        onText: (uri, text) => texts.set(uri, text),
        onFile: (file) => {
            progress?.restart();
            output.write(reporter.file?.(file, context) ?? '');
        },
        onProgress: (path, state) => progress?.show(path, state),
        onFault: (stack) => {
            if (terminal.isDebugging) {
                terminal.writeError(`${stack}\n`);
            }
        }
    };
    const { cache, baseline: _, updateBaseline: update = false, ...checked } = options;
    const baseline = await loadBaseline(options, cwd, (uri) => texts.get(uri));
    const report = await interruptible((signal) =>
        runCheck(
            {
                ...checked,
                cwd,
                version,
                signal,
                worker: new URL('check-worker.js', options.folder),
                ...(baseline && { baseline }),
                ...(cache !== false && {
                    cache: { folder: cache === true ? defaultCacheFolder(cwd) : resolve(cwd, cache), build: BUILD }
                })
            },
            listener
        )
    );
    progress?.clear();
    // What was not checked is not known to be fixed.
    if (baseline && update && !report.partial) {
        baseline.write();
    }
    output.write(reporter.end(report, context));
    for (const { format, path } of files) {
        const plain = contextOf(createStyle({ color: false, unicode: true, width: 80 }), false);
        writeAtomically(path, wholeReport(reporters.get(format)!, report, plain));
    }
    await output.finished();
    return report.exitCode;
}

/** Undefined if none is asked for. */
async function loadBaseline(
    { baseline, updateBaseline: update = false, claim }: CheckCommandOptions,
    cwd: string,
    textOf: (uri: string) => string | undefined
): Promise<Baseline | undefined> {
    if (update && (baseline === undefined || claim !== undefined)) {
        throw baseline === undefined
            ? new CliError('GR902', '--update-baseline needs a baseline', 'Name its file: --baseline FILE.')
            : new CliError('GR902', '--update-baseline is about all claims', 'Leave --claim out.');
    }
    if (baseline === undefined) {
        return undefined;
    }
    const { Baseline: Loaded } = await import('../baseline.js');
    return new Loaded({ path: resolve(cwd, baseline), update, isWhole: claim === undefined, textOf });
}

/**
 * Another build, or another Node with other tables of characters and time zones, may find something else. The name of this
 * file in a build changes with all that it loads.
 */
const BUILD = `${basename(fileURLToPath(import.meta.url))} ${process.version}`;
