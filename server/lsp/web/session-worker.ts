/** The entry of a browser worker that plays sessions (dist/web-session-worker.js). */
import { EmptyFileSystem } from 'langium';
import { SessionPlayer } from '../../simulator/player.js';
import type { SessionOrder } from '../../simulator/session.js';
import { answerInBrowser } from '../../threads/web/answer.js';

// The order contains the texts of all files that the policy imports.
const player = new SessionPlayer(EmptyFileSystem.fileSystemProvider());
answerInBrowser((order: SessionOrder) => player.run(order));
