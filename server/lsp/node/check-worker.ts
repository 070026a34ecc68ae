/** The entry of a checker worker thread in Node (dist/worker.js). */
import { createHash } from 'node:crypto';
import { answerInNode } from '../../threads/node/answer.js';
import { letOthersGoFirst } from '../../threads/node/priority.js';
import { OrderRunner } from '../check/run.js';

letOthersGoFirst();
const runner = new OrderRunner((text) => createHash('sha256').update(text).digest('base64'));
answerInNode(runner.run);
