/** Runs `guardrail check` with the requested reports. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { basename, resolve, join } from 'node:path';
import type { MoreConfigurations } from '../../../../language/configuration/configurations.js';
import type { Limits } from '../../../checker/results/result.js';
import { NodeThreads } from '../../../threads/node/threads.js';
import type { Baseline } from './baseline.js';
import type { AcceptedScopes } from '../../config/flags.js';
import type { ExtendedParts } from '../../config/check-config.js';
import { codePage } from '../../code-pages.js';
import { CodedError, EXIT } from '../../../workspace/errors.js';
import { selectFiles, type Selector } from '../../selection/files.js';
import type { OutputFile } from '../../options.js';
import { assertNotAnInput, assertWritable, writeAtomically } from '../../terminal/output.js';
import { progressOf } from '../../terminal/progress.js';
import type { CheckReport, FailOptions, FileReport } from '../../reports/check-report.js';
import type { CheckContext } from '../../reports/context.js';
import type { CheckFormat } from '../../reports/formats.js';
import { loadReporters, wholeReport } from '../../reports/registry.js';
import type { CheckReporter } from '../../reports/reporter.js';
import { createStyle, type Style } from '../../terminal/style.js';
import { runCheck } from './run.js';
import type { Shard } from '../../selection/shard.js';
import type { Terminal } from '../../terminal/terminal.js';
import { ResultCache } from './result-cache.js';
import type { InputReader } from './inputs.js';
import type { Results } from './results.js';
import { pathFrom } from '../../reports/context.js';
import { existsSync } from 'node:fs';
import { foldersUpTo } from '../../config/find.js';

export interface CheckCommandOptions extends FailOptions {
    readonly select: Selector;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly quiet: boolean;
    /** True to show all details; otherwise only what a person reads. */
    readonly verbose?: boolean;
    /** The scopes that the configuration accepts; undefined if there are none. */
    readonly accepted?: AcceptedScopes;
    readonly limits: Limits;
    /** The time for the whole run in milliseconds; undefined if it is unlimited. */
    readonly timeLimit?: number;
    readonly claim?: string;
    /** The number of sessions to show for a violated claim. */
    readonly counterexamples: number;
    /**
     * True to report the methods tried for each claim. Results then never come from the cache, because cached results
     * describe the methods of another run.
     */
    readonly explainSearch?: boolean;
    /** The random sessions to play (see `FileOptions`). */
    readonly attack?: { readonly sessions: number; readonly seed: number };
    /** The folder for certificates; undefined if none are written. */
    readonly certificate?: string;
    /** The folder of the program, with the pages of the codes. */
    readonly folder: URL;
    /** True to check only the text: no scenarios, claims or findings. */
    readonly textOnly?: boolean;
    /** The maximum number of threads; the default is one for each processor. */
    readonly jobs?: number;
    /** True if results of earlier runs are used, and those of this one stored; a text names the folder. */
    readonly cache: boolean | string;
    readonly changedSince?: string;
    readonly shard?: Shard;
    /** The absolute path of the configuration in use. */
    readonly config?: string;
    /** The configurations that it extends. */
    readonly given?: ExtendedParts;
    /** The policies that the configuration leaves out although required packs apply to them. */
    readonly leftOut?: readonly CodedError[];
    /** The baseline file, and whether the problems found are written to it. */
    readonly baseline?: string;
    readonly updateBaseline?: boolean;
}

/** One run: first call `run`, then `end`. */
export class ReportedRun {
    private results: Results | undefined;

    private constructor(
        private readonly options: CheckCommandOptions,
        private readonly terminal: Terminal,
        private readonly reporters: ReadonlyMap<CheckFormat, CheckReporter>,
        private readonly baseline: Baseline | undefined,
        /** The texts of the files by URI. */
        private readonly texts: Map<string, string>
    ) {}

    /** Rejects if a report could not be written, or the baseline is invalid. */
    static async prepare(options: CheckCommandOptions, terminal: Terminal): Promise<ReportedRun> {
        const { cwd } = terminal;
        const read = [...inputsOf(options, cwd), ...selectFiles(options.select, cwd).files];
        for (const { path } of options.output) {
            assertWritable(resolve(cwd, path));
            assertNotAnInput(resolve(cwd, path), read);
        }
        if (options.certificate !== undefined) {
            assertWritable(resolve(cwd, options.certificate, 'any'));
        }
        const reporters = await loadReporters([options.format, ...options.output.map(({ format }) => format)]);
        const texts = new Map<string, string>();
        const baseline = await loadBaseline(options, cwd, (uri) => texts.get(uri));
        return new ReportedRun(options, terminal, reporters, baseline, texts);
    }

    /**
     * @param isTold true if standard output reports a file
     * @param began the time at which the run began, in milliseconds since 1970
     */
    run(
        signal: AbortSignal,
        results: Results | undefined,
        isTold: (file: FileReport) => boolean = () => true,
        began = Date.now()
    ): Promise<CheckReport> {
        this.results = results;
        return this.blamingCache(() => this.check(signal, results, isTold, began));
    }

    private async check(
        signal: AbortSignal,
        results: Results | undefined,
        isTold: (file: FileReport) => boolean,
        began: number
    ): Promise<CheckReport> {
        const { options, terminal, texts, reporter, baseline } = this;
        const { baseline: _, updateBaseline: _update, cache: _cache, ...checked } = options;
        const context = this.contextOf(terminal.style, options.quiet);
        const progress = progressOf(terminal);
        const report = await runCheck(
            {
                ...checked,
                cwd: terminal.cwd,
                version: terminal.version,
                ...configurationsFor(options),
                signal,
                began,
                threads: new NodeThreads(fileURLToPath(options.folder), true),
                ...(baseline && { baseline }),
                ...(results && { results })
            },
            {
                onText: (uri, text) => texts.set(uri, text),
                onFile: (file) => {
                    progress?.restart();
                    if (isTold(file)) {
                        terminal.output.write(reporter.file?.(file, context) ?? '');
                    }
                },
                onBegin: (path) => progress?.begin(path),
                onProgress: (path, state) => progress?.show(path, state),
                onFault: (stack) => {
                    if (terminal.isDebugging) {
                        terminal.writeError(`${stack}\n`);
                    }
                }
            }
        );
        progress?.end();
        return report;
    }

    /** Writes the final output, and the files. */
    end(report: CheckReport): Promise<void> {
        return this.blamingCache(() => this.write(report));
    }

    private async write(report: CheckReport): Promise<void> {
        const { options, terminal, reporters, reporter, baseline } = this;
        // A problem that was not checked is not known to be fixed.
        if (baseline && options.updateBaseline && !report.partial) {
            baseline.write();
        }
        terminal.output.write(reporter.end(report, this.contextOf(terminal.style, options.quiet)));
        for (const { format, path } of options.output) {
            const plain = this.contextOf(createStyle({ color: false, unicode: true, width: 80 }), false);
            const target = resolve(terminal.cwd, path);
            assertNotAnInput(target, [...inputsOf(options, terminal.cwd), ...this.policyFiles()]);
            writeAtomically(target, wholeReport(reporters.get(format)!, report, plain));
        }
        await terminal.output.finished();
    }

    /** A damaged result in the cache can make a report fail; this is reported instead of a program fault. */
    private async blamingCache<T>(work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (error) {
            if (this.results?.wasUsed && !(error instanceof CodedError)) {
                throw new CodedError(
                    'GR904',
                    'the run failed while it used cached results of earlier runs, and one of them may be damaged',
                    'Run again with --no-cache. If that fails too, it is a bug in guardrail; otherwise delete the cache folder.',
                    EXIT.invalid,
                    { cause: error }
                );
            }
            throw error;
        }
    }

    /** The policies and all of their imports. */
    private policyFiles(): string[] {
        return [...this.texts.keys()].filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
    }

    /** The reporter for standard output. */
    private get reporter(): CheckReporter {
        return this.reporters.get(this.options.format)!;
    }

    private contextOf(style: Style, quiet: boolean): CheckContext {
        const { cwd } = this.terminal;
        return {
            style,
            quiet,
            verbose: this.options.verbose ?? false,
            pathOf: pathFrom(cwd),
            textOf: (uri) => this.texts.get(uri),
            fails: this.options,
            pageOf: (code) => codePage(code, this.options.folder)
        };
    }
}

/** The files that a run reads in addition to policies. */
function inputsOf({ config, baseline }: CheckCommandOptions, cwd: string): string[] {
    return [config, baseline, 'package.json'].flatMap((path) => (path === undefined ? [] : [resolve(cwd, path)]));
}

/** The configuration in use, and what the command line adds to it. */
function configurationsFor({ given, config }: Pick<CheckCommandOptions, 'given' | 'config'>): {
    readonly configurations?: MoreConfigurations;
} {
    const named = config === undefined ? undefined : { named: pathToFileURL(config).toString() };
    const configurations = given?.more ?? named;
    return configurations ? { configurations } : {};
}

/** The results of earlier runs; undefined if the cache is disabled. */
export function cacheOf(
    { cache, ...options }: CheckCommandOptions,
    cwd: string,
    files?: InputReader
): Results | undefined {
    return cache === false || options.attack || options.explainSearch
        ? undefined
        : new ResultCache(
              cache === true ? defaultCacheFolder(cwd) : resolve(cwd, cache),
              BUILD,
              { ...options, cwd, ...configurationsFor(options) },
              files
          );
}

/** Undefined if no baseline is requested. */
async function loadBaseline(
    { baseline, updateBaseline: update = false, claim }: CheckCommandOptions,
    cwd: string,
    textOf: (uri: string) => string | undefined
): Promise<Baseline | undefined> {
    if (update && (baseline === undefined || claim !== undefined)) {
        throw baseline === undefined
            ? new CodedError('GR902', '--update-baseline needs a baseline', 'Name its file: --baseline FILE.')
            : new CodedError('GR902', '--update-baseline applies to all claims', 'Leave --claim out.');
    }
    if (baseline === undefined) {
        return undefined;
    }
    const { Baseline: Loaded } = await import('./baseline.js');
    return new Loaded({
        path: resolve(cwd, baseline),
        update,
        isWhole: claim === undefined,
        textOf
    });
}

/**
 * Distinguishes programs: another build, or another Node with other character and time zone tables, may find something
 * else. The name of this file in a build changes with everything that it loads.
 */
const BUILD = `${basename(fileURLToPath(import.meta.url))} ${process.version}`;

/** The default folder for cached results: next to those of other tools, if there is a `node_modules` folder. */
function defaultCacheFolder(cwd: string): string {
    const folders = foldersUpTo(cwd);
    const modules = folders.map((folder) => join(folder, 'node_modules')).find((folder) => existsSync(folder));
    return modules === undefined ? join(cwd, '.guardrail-cache') : join(modules, '.cache', 'guardrail');
}
