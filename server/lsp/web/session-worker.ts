/** The entry of a worker in a browser that plays sessions (dist/web-session-worker.js). */
import { EmptyFileSystem } from 'langium';
import type { NumberedOrder } from '../session/host.js';
import { inOrder } from '../session/orders.js';
import { SessionPlayer } from '../../simulator/player.js';
import { tellReady } from './module-worker.js';

// The order brings the texts of all files that the policy sees.
const player = new SessionPlayer(EmptyFileSystem.fileSystemProvider());
const play = inOrder(player, (report) => postMessage(report));
onmessage = ({ data }: MessageEvent<NumberedOrder>) => play(data);
tellReady();
