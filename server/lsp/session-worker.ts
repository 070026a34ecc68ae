/** The entry of a worker thread in node that plays sessions (dist/session-worker.js). */
import { parentPort } from 'node:worker_threads';
import { Disk } from './node/disk.js';
import { inOrder } from './session/orders.js';
import { SessionPlayer } from '../simulator/player.js';

const port = parentPort;
if (!port) {
    throw new Error('This file is a worker of the Guardrail language server and cannot be run by itself.');
}
const player = new SessionPlayer(new Disk());
port.on(
    'message',
    inOrder(player, (report) => port.postMessage(report))
);
