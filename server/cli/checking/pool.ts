/** Threads that check files: a few files at the same time, and one that is given up is ended. */
import { Worker } from 'node:worker_threads';
import type { Progress } from '../../checker/check.js';
import { EXIT } from '../errors.js';
import { displayPath } from '../files.js';
import type { CheckedFile, FileOptions } from './checked-file.js';
import type { Order, Reply } from './messages.js';
import type { TimeLimit } from './time-limit.js';

export interface PoolListener {
    onText(uri: string, text: string): void;
    /** It is read, and then checked. */
    onBegin(path: string): void;
    onProgress(path: string, progress: Progress): void;
    /** In the order in which they are ready. */
    onChecked(path: string, checked: CheckedFile): void;
}

export interface PoolOptions {
    /** The program of a thread. */
    readonly worker: URL;
    readonly threads: number;
    readonly signal: AbortSignal;
    /** What the run may take, if it may not take as long as it likes. */
    readonly limit?: TimeLimit;
}

/** Resolves when all files are checked or given up since the time of the run is over, or `signal` says that the rest is not wanted. Never rejects. */
export async function checkInThreads(
    paths: readonly string[],
    options: FileOptions,
    { worker, threads, signal, limit }: PoolOptions,
    listener: PoolListener
): Promise<void> {
    const waiting = [...paths];
    const isOver = (): boolean => signal.aborted || (limit?.isOver() ?? false);
    const next = (): string | undefined => (isOver() ? undefined : waiting.shift());
    const count = Math.max(1, Math.min(threads, paths.length));
    await Promise.all(
        Array.from({ length: count }, async () => {
            // A thread that has died is followed by another.
            while (waiting.length > 0 && !isOver()) {
                await work(new Worker(worker, { workerData: options }), next, options.cwd, { signal, limit }, listener);
            }
        })
    );
    if (limit && !signal.aborted) {
        waiting.forEach((path) => listener.onChecked(path, limit.unchecked(path)));
    }
}

/** Resolves when there is nothing more to do for this thread, or it is no more. */
function work(
    thread: Worker,
    next: () => string | undefined,
    cwd: string,
    { signal, limit }: { readonly signal: AbortSignal; readonly limit: TimeLimit | undefined },
    listener: PoolListener
): Promise<void> {
    return new Promise((resolve) => {
        let path: string | undefined;
        let isLate = false;
        let reason = 'it ended without an answer';
        const end = (): void => void thread.terminate();
        const order = (): void => {
            path = next();
            if (path === undefined) {
                end();
            } else {
                listener.onBegin(path);
                thread.postMessage({ path } satisfies Order);
            }
        };
        signal.addEventListener('abort', end);
        const timer = limit?.whenGivenUp(() => {
            isLate = true;
            end();
        });
        thread.on('message', (reply: Reply) => {
            switch (reply.kind) {
                case 'text':
                    listener.onText(reply.uri, reply.text);
                    break;
                case 'progress':
                    listener.onProgress(path!, reply.progress);
                    break;
                case 'checked':
                    listener.onChecked(path!, reply.checked);
                    order();
                    break;
            }
        });
        thread.on('error', (error: NodeJS.ErrnoException) => {
            reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : firstLine(error);
        });
        thread.on('exit', () => {
            signal.removeEventListener('abort', end);
            clearTimeout(timer);
            if (path !== undefined && !signal.aborted) {
                listener.onChecked(path, isLate ? limit!.unchecked(path) : lost(path, cwd, reason));
            }
            resolve();
        });
        order();
    });
}

function lost(path: string, cwd: string, reason: string): CheckedFile {
    return {
        report: {
            uri: '',
            path: displayPath(path, cwd),
            kind: 'unreadable',
            diagnostics: [],
            problem: {
                code: 'GR913',
                message: `the thread that checked it is gone: ${reason}`,
                help: 'The other files are not affected. Check this one alone, with a smaller --max-memory or more memory for Node (NODE_OPTIONS=--max-old-space-size=8192).',
                exit: EXIT.failed
            }
        },
        imports: [],
        claims: [],
        inputs: [{ path, hash: null }],
        isSettled: false
    };
}

function firstLine(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
}
