/** Answers the requests about the packs that policies can import. */
import { DocumentState, URI } from 'langium';
import type { Connection } from 'vscode-languageserver';
import { untilReached } from '../connection/ready.js';
import type { RequestHandlers } from '../connection/request-handlers.js';
import { onPackageChange } from '../../../language/packs/package-exports.js';
import type { GuardrailLspServices, GuardrailSharedServices } from '../module.js';
import {
    packsNotification,
    packsRequest,
    type PackSource,
    type PackUse,
    usePackRequest,
    type UsePackParams
} from '../protocol.js';
import { packSources, packUse } from './packs.js';

export function addPacks(
    client: Connection,
    shared: GuardrailSharedServices,
    services: GuardrailLspServices,
    on: RequestHandlers
): void {
    const { FileSystemProvider, LangiumDocuments } = shared.workspace;
    // Only a client that has asked is told.
    let isAsked = false;
    onPackageChange(FileSystemProvider, () => isAsked && void client.sendNotification(packsNotification));
    client.onRequest(
        packsRequest,
        on.any('packs', async (_params: unknown, token): Promise<PackSource[]> => {
            isAsked = true;
            await untilReached(shared, DocumentState.Parsed, undefined, token);
            return packSources(services);
        })
    );
    client.onRequest(
        usePackRequest,
        on.any<UsePackParams, PackUse>('use pack', async ({ uri, ...pack }, token) => {
            const target = URI.parse(uri);
            await untilReached(shared, DocumentState.Linked, target, token);
            const document = LangiumDocuments.getDocument(target);
            return (document && (await packUse(document, pack, services))) ?? null;
        })
    );
}
