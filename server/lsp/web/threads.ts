import type { Program, Thread, ThreadListener, Threads } from '../threads.js';
import { isReady, moduleWorker } from './module-worker.js';

/** Workers of a browser, which gives their memory no bound of ours: the checker counts its states itself. */
export class WebThreads implements Threads {
    /** `folder` is the address of the bundles. */
    constructor(private readonly folder: string) {}

    start(program: Program, _maxHeapMB: number, listener: ThreadListener): Thread {
        const worker = moduleWorker(new URL(`web-${program}.js`, this.folder).href);
        // What is posted before its module is loaded would be lost.
        let waiting: unknown[] | undefined = [];
        let isOver = false;
        const end = (reason: string): void => {
            if (!isOver) {
                isOver = true;
                worker.terminate();
                listener.onEnd(reason);
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
