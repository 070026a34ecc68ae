/** The entry of a worker in a browser that plays sessions (dist/web-session-worker.js). */
import { EmptyFileSystem } from 'langium';
import type { NumberedAnswer, NumberedOrder } from '../session/host.js';
import { SessionPlayer } from '../session/worker/player.js';
import { tellReady } from './module-worker.js';

// The order brings the texts of all files that the policy sees.
const player = new SessionPlayer(EmptyFileSystem.fileSystemProvider());
/** One after the other: each reads the policy's text in the same place. */
let last: Promise<unknown> = Promise.resolve();
onmessage = ({ data: { number, order } }: MessageEvent<NumberedOrder>) => {
    last = last
        .then(() => player.run(order))
        .then(
            (answer): NumberedAnswer => ({ number, answer }),
            (error: unknown): NumberedAnswer => ({
                number,
                failure: error instanceof Error ? error.message : String(error)
            })
        )
        .then((report) => postMessage(report));
};
tellReady();
