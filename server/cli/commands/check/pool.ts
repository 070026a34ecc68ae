/** Threads that check files: a few files at the same time. If a file is abandoned, its thread is terminated. */
import { setMaxListeners } from 'node:events';
import type { Progress } from '../../../checker/check.js';
import { WorkerPool } from '../../../threads/pool.js';
import type { Threads } from '../../../threads/threads.js';
import { EXIT } from '../../../workspace/errors.js';
import { problemOf } from '../../reports/check-report.js';
import type { TimeLimit } from '../../time-limit.js';
import { type CheckedFile, type FileOptions, uncheckedFile } from './checked-file.js';
import type { Order, Report } from './messages.js';

export interface PoolListener {
    onText(uri: string, text: string): void;
    /** Called when the file is about to be read and then checked. */
    onBegin(path: string): void;
    onProgress(path: string, progress: Progress): void;
    /** Called for each file, in order of completion. */
    onChecked(path: string, checked: CheckedFile): void;
}

export interface PoolOptions {
    readonly threads: Threads;
    /** The number of files checked at the same time. */
    readonly jobs: number;
    readonly signal: AbortSignal;
    /** The time limit of a run, if it has one. */
    readonly limit?: TimeLimit;
}

/**
 * Resolves when all files are checked, or abandoned because the time of the run is over or `signal` cancels the rest.
 * Never rejects.
 */
export async function checkInThreads(
    paths: readonly string[],
    options: FileOptions,
    { threads, jobs, signal, limit }: PoolOptions,
    listener: PoolListener
): Promise<void> {
    const pool = new WorkerPool<Order, Report, CheckedFile>(threads, 'check-worker', { stopWithinMs: 0 });
    const giveUp = new AbortController();
    // Each thread listens to this signal.
    setMaxListeners(0, giveUp.signal);
    const onAbort = (): void => giveUp.abort();
    signal.addEventListener('abort', onAbort);
    const timer = limit?.whenGivenUp(onAbort);
    const waiting = [...paths];
    const next = (): string | undefined => (signal.aborted || limit?.isOver() ? undefined : waiting.shift());
    const late = (path: string): CheckedFile =>
        uncheckedFile(path, options.cwd, problemOf(limit!.errorBefore('the file was checked')));
    const check = async (path: string): Promise<CheckedFile | undefined> => {
        try {
            return await pool.call(
                { path, options },
                { signal: giveUp.signal, onReport: (report) => tell(listener, path, report) }
            );
        } catch (error) {
            if (giveUp.signal.aborted) {
                return signal.aborted ? undefined : late(path);
            }
            return uncheckedFile(path, options.cwd, {
                code: 'GR913',
                message: `the thread that checked it ended unexpectedly: ${firstLine(error)}`,
                help: 'The other files are not affected. Check this one alone, with a smaller --max-memory or more memory for Node (NODE_OPTIONS=--max-old-space-size=8192).',
                exit: EXIT.failed
            });
        }
    };
    const work = async (): Promise<void> => {
        for (let path = next(); path !== undefined; path = next()) {
            listener.onBegin(path);
            const checked = await check(path);
            if (checked) {
                listener.onChecked(path, checked);
            }
        }
    };
    const count = Math.max(1, Math.min(jobs, paths.length));
    await Promise.all(Array.from({ length: count }, work));
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    await pool.dispose();
    if (limit && !signal.aborted) {
        waiting.forEach((path) => listener.onChecked(path, late(path)));
    }
}

function tell(listener: PoolListener, path: string, report: Report): void {
    if (report.kind === 'text') {
        listener.onText(report.uri, report.text);
    } else {
        listener.onProgress(path, report.progress);
    }
}

function firstLine(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
}
