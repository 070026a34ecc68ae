/** The entry of a worker in a browser that looks for repairs (dist/web-repair-worker.js). */
import { EmptyFileSystem } from 'langium';
import { answerInBrowser } from '../../threads/web/answer.js';
import type { RepairOrder } from '../repair/host.js';
import { runRepair } from '../repair/run.js';

// The order brings the texts of all files that the policy sees.
answerInBrowser((order: RepairOrder, { isCancelled }) =>
    runRepair(order, EmptyFileSystem.fileSystemProvider(), isCancelled)
);
