/** The entry of a worker thread in node that plays sessions (dist/session-worker.js). */
import { parentPort } from 'node:worker_threads';
import { NodeFileSystem } from 'langium/node';
import type { NumberedAnswer, NumberedOrder } from './session/host.js';
import { SessionPlayer } from './session/worker/player.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of the Guardrail language server and cannot be run by itself.');
}
const player = new SessionPlayer(NodeFileSystem.fileSystemProvider());
/** One after the other: each reads the policy's text in the same place. */
let last: Promise<unknown> = Promise.resolve();
port.on('message', ({ number, order }: NumberedOrder) => {
    last = last
        .then(() => player.run(order))
        .then(
            (answer): NumberedAnswer => ({ number, answer }),
            (error: unknown): NumberedAnswer => ({
                number,
                failure: error instanceof Error ? error.message : String(error)
            })
        )
        .then((report) => port.postMessage(report));
});
