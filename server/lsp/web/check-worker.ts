/** The entry of a checker worker in a browser (dist/web-worker.js). */
import { answerInBrowser } from '../../threads/web/answer.js';
import { OrderRunner } from '../check/run.js';

// Hashing in a browser is asynchronous, but the checker is not, so a key is its own hash.
const runner = new OrderRunner((text) => text);
answerInBrowser(runner.run);
