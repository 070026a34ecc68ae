/** The entry of a worker thread in Node that plays sessions (dist/session-worker.js). */
import { SessionPlayer } from '../../simulator/player.js';
import type { SessionOrder } from '../../simulator/session.js';
import { answerInNode } from '../../threads/node/answer.js';
import { Disk } from './disk.js';

const player = new SessionPlayer(new Disk());
answerInNode((order: SessionOrder) => player.run(order));
