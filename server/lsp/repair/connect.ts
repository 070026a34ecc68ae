/** Answers the request for the repairs of a claim, for the session view or any other client. */
import type { Connection } from 'vscode-languageserver';
import { needsRepair } from '../../checker/results/verdict-words.js';
import type { RepairResult } from '../../repair/index.js';
import type { CheckingServices } from '../check/services.js';
import type { RequestHandlers } from '../connection/request-handlers.js';
import { type RepairsParams, repairsRequest } from '../protocol.js';
import type { RepairServices } from './service.js';

export function addRepairs(
    client: Connection,
    { checking, editing }: CheckingServices & RepairServices,
    on: RequestHandlers
): void {
    client.onRequest(
        repairsRequest,
        on.any<RepairsParams, RepairResult>('repairs', async ({ uri, claim }, token) => {
            const result = await checking.CheckService.check(uri, token);
            const broken = result?.claims.find((one) => one.name === claim && needsRepair(one));
            return result && broken ? editing.Repairs.find(uri, result, broken, token) : null;
        })
    );
}
