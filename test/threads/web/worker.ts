import { answerInBrowser } from '../../../server/threads/web/answer.js';
import { obey } from '../orders.js';

answerInBrowser(obey);
