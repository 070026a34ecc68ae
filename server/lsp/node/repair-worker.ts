/** The entry of a worker thread in Node that searches for repairs (dist/repair-worker.js). */
import { answerInNode } from '../../threads/node/answer.js';
import { letOthersGoFirst } from '../../threads/node/priority.js';
import type { RepairOrder } from '../repair/host.js';
import { runRepair } from '../repair/run.js';
import { Disk } from './disk.js';

letOthersGoFirst();
answerInNode((order: RepairOrder, { isCancelled }) => runRepair(order, new Disk(), isCancelled));
