/** Threads that decide the sessions of a long log: each reads all of it, and decides a share of the sessions. */
import { Worker } from 'node:worker_threads';
import type { Policy } from '../../model/policy.js';
import { CliError, EXIT, type ExitCode } from '../errors.js';
import type { ReplayedPart } from './part.js';
import type { ReplayOptions, ReplayProgress } from './replay.js';
import type { Share } from './share.js';

export interface ShareTask {
    readonly policy: Policy;
    /** Absolute. */
    readonly path: string;
    /** Of the log, in bytes: all threads read the same, even if it grows. */
    readonly size: number;
    readonly options: Omit<ReplayOptions, 'onProgress'>;
    readonly share: Share;
}

export type ShareReply =
    | { readonly kind: 'progress'; readonly progress: ReplayProgress }
    /** The last that is said, as is the next. */
    | { readonly kind: 'part'; readonly part: ReplayedPart }
    | {
          readonly kind: 'refused';
          readonly problem: {
              readonly code: string;
              readonly message: string;
              readonly help: string | undefined;
              readonly exit: ExitCode;
          };
      };

/** What a replay makes lives shortly: the more room it has, the less often it is looked through. */
const YOUNG_MB = 64;

/**
 * The parts of all shares, the first share first. Throws a `CliError` for a log that is none, and if a thread dies.
 *
 * @param program of a thread
 */
export async function replayInThreads(
    program: URL,
    threads: number,
    task: Omit<ShareTask, 'share'>,
    onProgress: ((progress: ReplayProgress) => void) | undefined
): Promise<ReplayedPart[]> {
    const progress: ReplayProgress[] = [];
    const workers = Array.from({ length: threads }, (_, index) => {
        const workerData: ShareTask = { ...task, share: { index, of: threads } };
        return new Worker(program, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    });
    try {
        return await Promise.all(
            workers.map((worker, index) =>
                partOf(worker, (one) => {
                    progress[index] = one;
                    onProgress?.(together(progress.filter((known) => known !== undefined)));
                })
            )
        );
    } finally {
        await Promise.all(workers.map((worker) => worker.terminate()));
    }
}

function partOf(worker: Worker, onProgress: (progress: ReplayProgress) => void): Promise<ReplayedPart> {
    return new Promise((resolve, reject) => {
        worker.on('message', (reply: ShareReply) => {
            switch (reply.kind) {
                case 'progress':
                    onProgress(reply.progress);
                    break;
                case 'part':
                    resolve(reply.part);
                    break;
                case 'refused': {
                    const { code, message, help, exit } = reply.problem;
                    reject(new CliError(code, message, help, exit));
                }
            }
        });
        worker.on('error', (error: NodeJS.ErrnoException) => {
            reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? OUT_OF_MEMORY : error);
        });
        worker.on('exit', () => reject(new Error('a thread of the replay ended without an answer')));
    });
}

const OUT_OF_MEMORY = new CliError(
    'GR913',
    'a thread of the replay ran out of memory',
    'Replay with --jobs 1, or give Node more memory (NODE_OPTIONS=--max-old-space-size=8192).',
    EXIT.failed
);

/** As much as the slowest has read, and what all have decided. */
function together(all: readonly ReplayProgress[]): ReplayProgress {
    return {
        ...all[0]!,
        bytes: Math.min(...all.map(({ bytes }) => bytes)),
        events: all.reduce((sum, { events }) => sum + events, 0),
        calls: all.reduce((sum, { calls }) => sum + calls, 0)
    };
}
