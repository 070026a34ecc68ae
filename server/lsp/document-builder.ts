import type { Cancellation, LangiumDocument, DocumentState } from 'langium';
import { type URI } from 'langium';
import { CancellationTokenSource } from 'vscode-languageserver';
import { GuardrailDocumentBuilder } from '../../language/documents.js';

/** Makes sure that whoever follows a build, or waits for one, is told: a request must not wait for ever. */
export class LspDocumentBuilder extends GuardrailDocumentBuilder {
    /**
     * Every listener is called for each document that has reached a state, also when the build has been cancelled since:
     * the next build does not touch the document again. Langium leaves the listeners out then.
     */
    protected override async notifyDocumentPhase(
        document: LangiumDocument,
        state: DocumentState,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        for (const listener of [...this.documentPhaseListeners.get(state)]) {
            await listener(document, cancelToken);
        }
    }

    /**
     * A build that finds nothing to do has reached the state too. Langium tells that nobody; and it sets the state only
     * after the listeners were called, so that who begins to wait in between is told by nobody either.
     */
    protected override async notifyBuildPhase(
        documents: LangiumDocument[],
        state: DocumentState,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        this.currentState = state;
        for (const listener of [...this.buildPhaseListeners.get(state)]) {
            await listener(documents, cancelToken);
        }
    }

    /** Rejects, as cancelled, when the document goes meanwhile. */
    protected override async awaitDocumentState(
        state: DocumentState,
        uri: URI,
        cancelToken: Cancellation.CancellationToken
    ): Promise<URI> {
        const source = new CancellationTokenSource();
        const listeners = [
            cancelToken.onCancellationRequested(() => source.cancel()),
            this.onUpdate(() => {
                if (!this.langiumDocuments.hasDocument(uri)) {
                    source.cancel();
                }
            })
        ];
        try {
            return await super.awaitDocumentState(state, uri, source.token);
        } finally {
            listeners.forEach((listener) => listener.dispose());
        }
    }
}
