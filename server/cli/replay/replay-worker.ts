/** A thread that decides a share of the sessions of a log (dist/replay-worker.js). */
import { parentPort, workerData } from 'node:worker_threads';
import { CliError } from '../errors.js';
import { openInput } from './input.js';
import { type ReplayProgress, replayShare } from './replay.js';
import type { ShareReply, ShareTask } from './threads.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of `guardrail replay` and cannot be run by itself.');
}
const say = (reply: ShareReply): void => port.postMessage(reply);

const { policy, path, size, options, share } = workerData as ShareTask;
const onProgress = (progress: ReplayProgress): void => say({ kind: 'progress', progress });
try {
    const part = await replayShare(
        policy,
        openInput(path, options.traceName, process.stdin, size),
        { ...options, onProgress },
        share
    );
    say({ kind: 'part', part });
} catch (error) {
    if (!(error instanceof CliError)) {
        throw error;
    }
    const { code, message, help, exit } = error;
    say({ kind: 'refused', problem: { code, message, help, exit } });
}
