/** Threads that decide the sessions of a long log. Each thread reads all of it, and decides a share of the sessions. */
import { fileURLToPath } from 'node:url';
import type { Policy } from '../../../model/policy/policy.js';
import { NodeThreads } from '../../../threads/node/threads.js';
import { WorkerPool } from '../../../threads/pool.js';
import { WorkerDied } from '../../../threads/worker.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { ReplayedPart } from './part.js';
import type { ReplayOptions, ReplayProgress } from './options.js';
import type { Share } from './share.js';

export interface ShareTask {
    readonly policy: Policy;
    /** The absolute path. */
    readonly path: string;
    /** The size of the log in bytes. All threads read the same part, even if the log grows. */
    readonly size: number;
    readonly options: Omit<ReplayOptions, 'onProgress'>;
    readonly share: Share;
}

export type ShareAnswer =
    | { readonly part: ReplayedPart }
    | {
          readonly problem: {
              readonly code: string;
              readonly message: string;
              readonly help: string | undefined;
              readonly exit: ExitCode;
          };
      };

/** The objects of a replay are short-lived: with more space, garbage is collected less often. */
const YOUNG_MB = 64;

/**
 * The parts of all shares, in order. Throws a `CodedError` for an input that is not a log, and if a thread dies.
 *
 * @param folder the folder of the program
 * @param count the number of threads
 */
export async function replayInThreads(
    folder: URL,
    count: number,
    task: Omit<ShareTask, 'share'>,
    onProgress: ((progress: ReplayProgress) => void) | undefined
): Promise<ReplayedPart[]> {
    const pool = new WorkerPool<ShareTask, ReplayProgress, ShareAnswer>(
        new NodeThreads(fileURLToPath(folder), true),
        'replay-worker',
        { maxYoungMB: YOUNG_MB, stopWithinMs: 0 }
    );
    const progress: ReplayProgress[] = [];
    const partOf = async (index: number): Promise<ReplayedPart> => {
        const answer = await pool.call(
            { ...task, share: { index, of: count } },
            {
                onReport: (one) => {
                    progress[index] = one;
                    onProgress?.(together(progress.filter((known) => known !== undefined)));
                }
            }
        );
        if ('problem' in answer) {
            const { code, message, help, exit } = answer.problem;
            throw new CodedError(code, message, help, exit);
        }
        return answer.part;
    };
    try {
        return await Promise.all(Array.from({ length: count }, (_, index) => partOf(index)));
    } catch (error) {
        throw error instanceof WorkerDied && error.isOutOfMemory ? OUT_OF_MEMORY : error;
    } finally {
        await pool.dispose();
    }
}

const OUT_OF_MEMORY = new CodedError(
    'GR913',
    'a thread of the replay ran out of memory',
    'Replay with --jobs 1, or give Node more memory (NODE_OPTIONS=--max-old-space-size=8192).',
    EXIT.failed
);

/** The progress of the slowest thread, and the number of decisions of all threads. */
function together(all: readonly ReplayProgress[]): ReplayProgress {
    return {
        ...all[0]!,
        bytes: Math.min(...all.map(({ bytes }) => bytes)),
        events: all.reduce((sum, { events }) => sum + events, 0),
        calls: all.reduce((sum, { calls }) => sum + calls, 0)
    };
}
