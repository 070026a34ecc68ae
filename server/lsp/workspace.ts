import type { LangiumDocument, LangiumSharedCoreServices, Stream, URI } from 'langium';
import { GuardrailWorkspaceManager } from '../../language/documents.js';
import { type Log, messageOf } from './log.js';

/** One file that cannot be read must not keep the others from being loaded. */
export class LspWorkspaceManager extends GuardrailWorkspaceManager {
    constructor(
        services: LangiumSharedCoreServices,
        private readonly log: Log
    ) {
        super(services);
    }

    protected override async loadWorkspaceDocuments(
        uris: Stream<URI>,
        collector: (document: LangiumDocument) => void
    ): Promise<void> {
        await Promise.all(
            uris.map(async (uri) => {
                try {
                    collector(await this.langiumDocuments.getOrCreateDocument(uri));
                } catch (error) {
                    this.log.warn(`${uri.toString()} cannot be read and is left out: ${messageOf(error)}`);
                }
            })
        );
    }
}
