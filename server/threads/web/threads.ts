import type { Thread, ThreadListener, ThreadMemory, Threads } from '../threads.js';
import { isReady, moduleWorker } from './module-worker.js';

/** Starts workers of a browser. Their memory cannot be limited, but the checker counts its states itself. */
export class WebThreads implements Threads {
    /** @param folder the URL of the bundles */
    constructor(private readonly folder: string) {}

    start(program: string, _memory: ThreadMemory, listener: ThreadListener): Thread {
        const worker = moduleWorker(new URL(`web-${program}.js`, this.folder).href);
        // Messages wait, because a message to a worker whose module is not loaded would be lost.
        let waiting: unknown[] | undefined = [];
        let isOver = false;
        const end = (phrase: string): void => {
            if (!isOver) {
                isOver = true;
                worker.terminate();
                listener.onEnd({ phrase });
            }
        };
        worker.onmessage = ({ data }) => {
            if (isReady(data)) {
                waiting?.forEach((message) => worker.postMessage(message));
                waiting = undefined;
            } else {
                listener.onMessage(data);
            }
        };
        worker.onerror = ({ message }) => end(message || 'it could not be loaded');
        return {
            post: (message) => (waiting ? waiting.push(message) : worker.postMessage(message)),
            end: () => Promise.resolve().then(() => end('ended'))
        };
    }
}
