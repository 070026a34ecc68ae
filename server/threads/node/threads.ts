import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EndReason, Thread, ThreadListener, ThreadMemory, Threads } from '../threads.js';

/** Starts worker threads of Node. */
export class NodeThreads implements Threads {
    /**
     * @param folder the folder of the bundles
     * @param keepsProcess true if the process lives as long as its workers
     */
    constructor(
        private readonly folder: string,
        private readonly keepsProcess = false
    ) {}

    start(program: string, { maxHeapMB, maxYoungMB }: ThreadMemory, listener: ThreadListener): Thread {
        const worker = new Worker(join(this.folder, `${program}.js`), {
            resourceLimits: {
                ...(maxHeapMB !== undefined && { maxOldGenerationSizeMb: maxHeapMB }),
                ...(maxYoungMB !== undefined && { maxYoungGenerationSizeMb: maxYoungMB })
            }
        });
        let reason: EndReason | undefined;
        worker.on('message', (message) => listener.onMessage(message));
        worker.on('error', (error: unknown) => {
            reason = reasonOf(error);
        });
        worker.on('exit', (code) => listener.onEnd(reason ?? { phrase: `exit code ${code}` }));
        if (!this.keepsProcess) {
            // This comes last, because listening for messages holds the process again.
            worker.unref();
        }
        return {
            post: (message) => worker.postMessage(message),
            end: async () => {
                await worker.terminate();
            }
        };
    }
}

function reasonOf(error: unknown): EndReason {
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        return { phrase: 'it ran out of memory', isOutOfMemory: true, error };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { phrase: message.split('\n', 1)[0]!, error };
}
