import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../log.js';
import type { Program, Thread, ThreadListener, Threads } from '../threads.js';

/** Worker threads of node. They do not keep the process alive. */
export class NodeThreads implements Threads {
    /** `folder` has the bundles. */
    constructor(private readonly folder: string) {}

    start(program: Program, maxHeapMB: number, listener: ThreadListener): Thread {
        const file = join(this.folder, `${program}.js`);
        const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMB } });
        worker.unref();
        let reason = '';
        worker.on('message', (message) => listener.onMessage(message));
        worker.on('error', (error) => {
            reason = messageOf(error);
        });
        worker.on('exit', (code) => listener.onEnd(reason || `exit code ${code}`));
        return {
            post: (message) => worker.postMessage(message),
            end: async () => {
                await worker.terminate();
            }
        };
    }
}
