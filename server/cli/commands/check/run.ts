/**
 * `guardrail check` without its command line: takes files and produces a report. One broken file never hides the
 * others.
 */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Progress } from '../../../checker/check.js';
import type { Threads } from '../../../threads/threads.js';
import { type CheckedFile, type FileOptions, type TextlessReport, uncheckedFile } from './checked-file.js';
import type { Results } from './results.js';
import { type Shard, shardOf } from '../../selection/shard.js';
import { accepting } from '../../../checker/results/accepted-scopes.js';
import type { AcceptedScopes } from '../../config/flags.js';
import type { Baseline } from './baseline.js';
import { checkInThreads } from './pool.js';
import { TimeLimit } from '../../time-limit.js';
import { type CodedError, EXIT } from '../../../workspace/errors.js';
import { type Selector, selectFiles } from '../../selection/files.js';
import { displayPath } from '../../../workspace/display-path.js';
import {
    type CheckReport,
    type FailOptions,
    type FileReport,
    type Problem,
    exitCodeOf,
    mostSevere,
    problemOf
} from '../../reports/check-report.js';

export interface CheckOptions extends FailOptions, FileOptions {
    readonly select: Selector;
    readonly version: string;
    /** The threads; undefined if all files are checked in this thread. */
    readonly threads?: Threads;
    /** The maximum number of threads; the default is one for each processor. */
    readonly jobs?: number;
    /** The earlier results; undefined if all files are checked and nothing is stored. */
    readonly results?: Results;
    /** If set, only files are checked that could have another result than at this git revision. */
    readonly changedSince?: string;
    /** If set, only this share of the files is checked. */
    readonly shard?: Shard;
    readonly baseline?: Baseline;
    /** The scopes that the configuration accepts; undefined if there are none. */
    readonly accepted?: AcceptedScopes;
    /** The policies that the configuration leaves out although required packs apply to them. */
    readonly leftOut?: readonly CodedError[];
    /** The time for the whole run in milliseconds; undefined if it is unlimited. */
    readonly timeLimit?: number;
    /** Cancels the rest of the run. */
    readonly signal?: AbortSignal;
}

export interface CheckListener {
    /** Called for each file in report order; files that were only imported come last. */
    onFile(file: FileReport): void;
    /** Called for every file that was read, including imported ones, before anything is reported about it. */
    onText(uri: string, text: string): void;
    /** Called when the file is about to be read and then checked. */
    onBegin(path: string): void;
    onProgress(path: string, progress: Progress): void;
    /** Called with the stack of a program fault, for developers who look for its cause. */
    onFault(stack: string): void;
}

/** The number of files that are started in this thread, because this takes less time than starting other threads. */
const FEW_FILES = 8;
/**
 * The time after which a file is left to a thread that can be terminated: this thread receives no signal while it
 * searches.
 */
const PATIENCE_MS = 300;
/** The size above which just reading a file takes long. */
const MAX_INLINE_BYTES = 40_000;

export async function runCheck(options: CheckOptions, listener: CheckListener): Promise<CheckReport> {
    const started = performance.now();
    const selection = selectFiles(options.select, options.cwd);
    const paths = await narrowed(selection.files, options);
    const run = new Run(paths, options, listener);
    await run.check();
    run.finish();
    const { files } = run;
    const done = files.filter(({ kind }) => kind !== 'import').length;
    const isPartial = options.signal?.aborted === true && done < paths.length;
    const isNarrowed = options.changedSince !== undefined || options.shard !== undefined;
    const isWhole = !isPartial && !isNarrowed && options.claim === undefined && options.textOnly !== true;
    if (options.accepted && isWhole) {
        const { unneededIn } = await import('./accepted-scopes.js');
        const configuration = unneededIn(files, options.accepted, options.cwd);
        if (configuration) {
            run.addConfiguration(configuration);
        }
    }
    const problems = [
        ...[...selection.errors, ...(options.leftOut ?? [])].map(problemOf),
        ...(isPartial ? [interrupted(done, paths.length)] : isNarrowed ? [] : run.unknownClaim(files))
    ];
    const codes = [...files.map((file) => exitCodeOf(file, options)), ...problems.map((problem) => problem.exit)];
    return {
        version: options.version,
        files,
        problems,
        ...(isPartial && { partial: { checked: done, of: paths.length } }),
        ...(isNarrowed && {
            selection: {
                files: paths.length,
                of: selection.files.length,
                ...(options.changedSince !== undefined && { changedSince: options.changedSince }),
                ...(options.shard && { shard: `${options.shard.index}/${options.shard.count}` })
            }
        }),
        fromCache: run.fromCache,
        ...(options.baseline && { baseline: options.baseline.outcome() }),
        exitCode: mostSevere(codes),
        milliseconds: performance.now() - started
    };
}

async function narrowed(files: readonly string[], options: CheckOptions): Promise<readonly string[]> {
    const { changedSince: revision, shard, cwd } = options;
    let left = files;
    if (revision !== undefined) {
        const { changedSince } = await import('../../selection/changed.js');
        left = await changedSince(revision, left, cwd);
    }
    return shard ? shardOf(left, shard) : left;
}

function interrupted(done: number, all: number): Problem {
    return {
        code: 'GR914',
        message: `the run was interrupted: ${done} of ${all} files were checked`,
        help: 'This report is not complete: nothing is known about the other files.',
        exit: EXIT.interrupted
    };
}

class Run {
    fromCache = 0;
    private readonly checked: (CheckedFile | undefined)[];
    private readonly indices: ReadonlyMap<string, number>;
    private readonly texts = new Map<string, string>();
    readonly files: FileReport[] = [];
    private readonly began: number;
    private readonly limit: TimeLimit | undefined;
    /** The position of the file that is reported next. */
    private position = 0;

    constructor(
        private readonly paths: readonly string[],
        private readonly options: CheckOptions,
        private readonly listener: CheckListener
    ) {
        this.began = options.began ?? Date.now();
        const { timeLimit } = options;
        this.limit = timeLimit === undefined ? undefined : new TimeLimit(timeLimit, this.began);
        this.checked = paths.map(() => undefined);
        this.indices = new Map(paths.map((path, index) => [path, index]));
    }

    async check(): Promise<void> {
        let waiting = this.paths.filter((path) => !this.isKnown(path));
        const { threads, jobs = availableParallelism(), signal } = this.options;
        if (!threads || waiting.length <= FEW_FILES) {
            waiting = await this.checkHere(waiting, threads ? PATIENCE_MS : Infinity);
        }
        if (threads && waiting.length > 0) {
            const never = new AbortController().signal;
            await checkInThreads(
                waiting,
                fileOptions(this.options, this.began, this.limit),
                { threads, jobs, signal: signal ?? never, ...(this.limit && { limit: this.limit }) },
                {
                    onBegin: (path) => this.listener.onBegin(displayPath(path, this.options.cwd)),
                    onText: (uri, text) => this.addText(uri, text),
                    onProgress: (path, progress) =>
                        this.listener.onProgress(displayPath(path, this.options.cwd), progress),
                    onChecked: (path, checked) => this.add(path, checked)
                }
            );
        }
        this.options.results?.prune?.(Date.now());
    }

    /** Reports the remaining files: those after one that was not checked, and the diagnostics of imports. */
    finish(): void {
        for (; this.position < this.paths.length; this.position++) {
            this.report(this.checked[this.position]);
        }
        const done = new Set(this.files.map((file) => file.uri));
        for (const file of this.checked.flatMap((checked) => checked?.imports ?? [])) {
            if (!done.has(file.uri)) {
                done.add(file.uri);
                this.addFile(file);
            }
        }
    }

    addConfiguration(file: FileReport): void {
        this.addText(file.uri, file.text);
        this.addFile(file);
    }

    unknownClaim(files: readonly FileReport[]): Problem[] {
        const { claim } = this.options;
        const claims = new Set(this.checked.flatMap((checked) => checked?.claims ?? []));
        if (claim === undefined || claims.has(claim) || files.some((file) => exitCodeOf(file, this.options) === 2)) {
            return [];
        }
        const known = [...claims].map((name) => `"${name}"`).join(', ');
        return [
            {
                code: 'GR907',
                message: `no policy has a claim "${claim}"`,
                help: known === '' ? 'The policies have no claims.' : `The claims are ${known}.`,
                exit: 2
            }
        ];
    }

    private isKnown(path: string): boolean {
        const known = this.options.results?.find(path);
        if (!known) {
            return false;
        }
        known.texts.forEach((text, uri) => this.addText(uri, text));
        this.fromCache++;
        this.settle(path, known.checked);
        return true;
    }

    /**
     * Checks files in this thread.
     * @returns the files that are left when `patience` is over, or when the rest is cancelled
     */
    private async checkHere(paths: readonly string[], patience: number): Promise<string[]> {
        const waiting = [...paths];
        const end = performance.now() + patience;
        const isLate = (): boolean => performance.now() > end;
        if (waiting.length === 0) {
            return [];
        }
        // A run that finds everything in the cache needs neither the language nor the checker.
        const [{ FileChecker }, { CheckCancelled }] = await Promise.all([
            import('./file-checker.js'),
            import('../../../checker/check.js')
        ]);
        let current = '';
        const checker = new FileChecker(
            {
                ...this.options,
                began: this.began,
                ...(this.limit && { until: this.limit })
            },
            {
                onText: (uri, text) => this.addText(uri, text),
                onProgress: (progress) => this.listener.onProgress(current, progress)
            }
        );
        while (waiting.length > 0 && !isLate() && !this.options.signal?.aborted) {
            const path = waiting[0]!;
            if (patience < Infinity && sizeOf(path) > MAX_INLINE_BYTES) {
                break;
            }
            current = displayPath(path, this.options.cwd);
            this.listener.onBegin(current);
            try {
                const checked = this.limit?.isOver()
                    ? uncheckedFile(path, this.options.cwd, problemOf(this.limit.errorBefore('the file was checked')))
                    : await checker.check(path, isLate);
                this.add(path, checked);
            } catch (error) {
                if (!(error instanceof CheckCancelled)) {
                    throw error;
                }
                break;
            }
            waiting.shift();
            // Yields, so that signals can be handled.
            await setImmediate();
        }
        return waiting;
    }

    private addText(uri: string, text: string): void {
        this.texts.set(uri, text);
        this.listener.onText(uri, text);
    }

    private add(path: string, checked: CheckedFile): void {
        if (checked.fault !== undefined) {
            this.listener.onFault(checked.fault);
        }
        this.options.results?.keep(path, checked);
        this.settle(path, checked);
    }

    /** Reports files in order, each as soon as all earlier ones are reported. */
    private settle(path: string, checked: CheckedFile): void {
        this.checked[this.indices.get(path)!] = checked;
        for (let next; (next = this.checked[this.position]); this.position++) {
            this.report(next);
        }
    }

    private report(checked: CheckedFile | undefined): void {
        if (checked) {
            this.addFile(checked.report);
        }
    }

    private addFile(report: TextlessReport): void {
        const whole = { ...report, text: this.texts.get(report.uri) ?? '' };
        const { accepted, baseline } = this.options;
        const told = accepted && whole.result ? { ...whole, result: accepting(whole.result, accepted.names) } : whole;
        const file = baseline?.without(told) ?? told;
        this.files.push(file);
        this.listener.onFile(file);
    }
}

/** The options without the parts that cannot be sent to a thread. */
function fileOptions(
    { cwd, limits, claim, counterexamples, explainSearch, attack, textOnly, configurations }: CheckOptions,
    began: number,
    limit: TimeLimit | undefined
): FileOptions {
    return {
        cwd,
        limits,
        ...(claim !== undefined && { claim }),
        ...(counterexamples !== undefined && { counterexamples }),
        ...(explainSearch && { explainSearch }),
        ...(attack && { attack }),
        ...(textOnly !== undefined && { textOnly }),
        ...(configurations && { configurations }),
        began,
        ...(limit && { until: { deadline: limit.deadline, milliseconds: limit.milliseconds } })
    };
}

function sizeOf(path: string): number {
    try {
        return statSync(path).size;
    } catch {
        // The code that reads the file reports why it cannot be read.
        return 0;
    }
}
