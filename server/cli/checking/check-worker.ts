/** A thread that checks files for `guardrail check` (dist/check-worker.js), one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FileOptions } from './checked-file.js';
import { FileChecker } from './file-checker.js';
import type { Order, Reply } from './messages.js';

/** Often enough for a person who watches. */
const PROGRESS_MS = 100;

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of `guardrail check` and cannot be run by itself.');
}
const say = (reply: Reply): void => port.postMessage(reply);

let said = 0;
const checker = new FileChecker(workerData as FileOptions, {
    onText: (uri, text) => say({ kind: 'text', uri, text }),
    onProgress: (progress) => {
        const now = performance.now();
        if (now - said > PROGRESS_MS) {
            said = now;
            say({ kind: 'progress', progress });
        }
    }
});

port.on('message', ({ path }: Order) => {
    void checker.check(path).then((checked) => say({ kind: 'checked', checked }));
});
