import { answerInNode } from '../../server/threads/node/answer.js';
import { obey } from './orders.js';

answerInNode(obey);
