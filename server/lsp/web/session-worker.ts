/** The entry of a worker in a browser that plays sessions (dist/web-session-worker.js). */
import { EmptyFileSystem } from 'langium';
import { SessionPlayer } from '../../simulator/player.js';
import type { SessionOrder } from '../../simulator/session.js';
import { answerInBrowser } from '../../threads/web/answer.js';

// The order brings the texts of all files that the policy sees.
const player = new SessionPlayer(EmptyFileSystem.fileSystemProvider());
answerInBrowser((order: SessionOrder) => player.run(order));
