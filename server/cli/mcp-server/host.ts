import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type AskedPolicy, type CheckedPolicy, ToolError, type ToolHost } from '../../assistant/tools.js';
import { codePage } from '../code-pages.js';
import type { CheckOrder, CheckReply } from './check-worker.js';

/** Each check runs in its own thread, and a client may send thousands of requests at once. */
const MOST_AT_ONCE = Math.max(2, availableParallelism());

/**
 * Checks in threads. A thread checks one policy at a time and is kept for the next; one that is given up is ended, since
 * the checker listens to nothing while it searches.
 */
export class WorkerToolHost implements ToolHost<AbortSignal> {
    private idle: Worker | undefined;
    private running = 0;
    /** Checks that wait for a thread, in the order of their requests. */
    private readonly waiting: (() => void)[] = [];

    /**
     * @param folder where the program is
     * @param cwd what paths are relative to
     */
    constructor(
        private readonly folder: URL,
        private readonly cwd: string
    ) {}

    async check(policy: AskedPolicy, signal: AbortSignal): Promise<CheckedPolicy> {
        if (this.running >= MOST_AT_ONCE) {
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        } else {
            this.running++;
        }
        try {
            return await this.checkInThread(policy, signal);
        } finally {
            const next = this.waiting.shift();
            if (next) {
                next();
            } else {
                this.running--;
            }
        }
    }

    private async checkInThread(policy: AskedPolicy, signal: AbortSignal): Promise<CheckedPolicy> {
        signal.throwIfAborted();
        const worker = this.idle ?? this.start();
        this.idle = undefined;
        const reply = await replyOf(worker, { policy, cwd: this.cwd }, signal);
        // One of two that were at work is enough.
        if (this.idle) {
            void worker.terminate();
        } else {
            this.idle = worker;
        }
        if ('problem' in reply) {
            throw new ToolError(reply.problem);
        }
        return reply.checked;
    }

    page(code: string): Promise<string | undefined> {
        return Promise.resolve(codePage(code, this.folder));
    }

    private start(): Worker {
        const worker = new Worker(fileURLToPath(new URL('mcp-worker.js', this.folder)));
        // Standard input keeps the process alive, and nothing else does.
        worker.unref();
        worker.on('error', () => undefined);
        worker.on('exit', () => {
            if (this.idle === worker) {
                this.idle = undefined;
            }
        });
        return worker;
    }
}

/** Rejects when it is given up, and if the thread ends before it has answered. */
function replyOf(worker: Worker, order: CheckOrder, signal: AbortSignal): Promise<CheckReply> {
    return new Promise((resolve, reject) => {
        const end = (settle: () => void): void => {
            signal.removeEventListener('abort', onAbort);
            worker.off('message', onReply).off('error', onError).off('exit', onExit);
            settle();
        };
        const fail = (reason: string): void =>
            end(() => reject(new ToolError(`The policy could not be checked: ${reason}.`)));
        const onAbort = (): void =>
            end(() => {
                void worker.terminate();
                reject(new Error('It was given up.'));
            });
        const onReply = (reply: CheckReply): void => end(() => resolve(reply));
        const onError = ({ message }: Error): void => fail(message);
        const onExit = (code: number): void => fail(`the checker ended with code ${code}`);
        signal.addEventListener('abort', onAbort);
        worker.on('message', onReply).on('error', onError).on('exit', onExit);
        worker.postMessage(order);
    });
}
