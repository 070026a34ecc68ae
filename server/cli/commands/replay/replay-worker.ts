/** A thread that decides a share of the sessions of a log (dist/replay-worker.js). */
import type { CallContext } from '../../../threads/answer-calls.js';
import { answerInNode } from '../../../threads/node/answer.js';
import { CodedError } from '../../../workspace/errors.js';
import { openInput } from './input.js';
import { replayShare } from './replay-log.js';
import type { ReplayProgress } from './options.js';
import type { ShareAnswer, ShareTask } from './threads.js';

answerInNode(
    async (
        { policy, path, size, options, share }: ShareTask,
        { report }: CallContext<ReplayProgress>
    ): Promise<ShareAnswer> => {
        try {
            const input = openInput(path, options.traceName, process.stdin, size);
            return { part: await replayShare(policy, input, { ...options, onProgress: report }, share) };
        } catch (error) {
            if (!(error instanceof CodedError)) {
                throw error;
            }
            const { code, message, help, exit } = error;
            return { problem: { code, message, help, exit } };
        }
    }
);
