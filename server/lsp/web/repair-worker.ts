/** The entry of a browser worker that searches for repairs (dist/web-repair-worker.js). */
import { EmptyFileSystem } from 'langium';
import { answerInBrowser } from '../../threads/web/answer.js';
import type { RepairOrder } from '../repair/host.js';
import { runRepair } from '../repair/run.js';

// The order contains the texts of all files that the policy imports.
answerInBrowser((order: RepairOrder, { isCancelled }) =>
    runRepair(order, EmptyFileSystem.fileSystemProvider(), isCancelled)
);
