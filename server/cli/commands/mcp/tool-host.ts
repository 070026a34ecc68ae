import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type AskedPolicy, type CheckedPolicy, ToolError, type ToolHost } from '../../../assistant/tools.js';
import { NodeThreads } from '../../../threads/node/threads.js';
import { WorkerPool } from '../../../threads/pool.js';
import { WorkerDied } from '../../../threads/worker.js';
import { codePage } from '../../code-pages.js';
import type { CheckOrder, CheckReply } from './check-worker.js';

/** Each check runs in its own thread, and a client may send thousands of requests at once. */
const MOST_AT_ONCE = Math.max(2, availableParallelism());

/**
 * Checks in threads. A thread checks one policy at a time, and one thread is kept for the next check. Cancelling a
 * check terminates its thread, since the checker receives no messages while it searches.
 */
export class WorkerToolHost implements ToolHost<AbortSignal> {
    private readonly pool: WorkerPool<CheckOrder, never, CheckReply>;

    /**
     * @param folder the folder of the program
     * @param cwd the folder that paths are relative to
     */
    constructor(
        private readonly folder: URL,
        private readonly cwd: string
    ) {
        // Only standard input keeps the process alive.
        this.pool = new WorkerPool(new NodeThreads(fileURLToPath(folder)), 'mcp-worker', {
            mostAtOnce: MOST_AT_ONCE,
            mostIdle: 1,
            stopWithinMs: 0
        });
    }

    async check(policy: AskedPolicy, signal: AbortSignal): Promise<CheckedPolicy> {
        const reply = await this.pool.call({ policy, cwd: this.cwd }, { signal }).catch((error: unknown) => {
            throw error instanceof WorkerDied
                ? new ToolError(`The policy could not be checked because the checker ended: ${error.message}.`)
                : error;
        });
        if ('problem' in reply) {
            throw new ToolError(reply.problem);
        }
        return reply.checked;
    }

    page(code: string): Promise<string | undefined> {
        return Promise.resolve(codePage(code, this.folder));
    }
}
