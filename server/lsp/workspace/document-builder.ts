import type { Cancellation, LangiumDocument, URI } from 'langium';
import { delayNextTick, DocumentState, OperationCancelled } from 'langium';
import { CancellationTokenSource } from 'vscode-languageserver';
import { GuardrailDocumentBuilder } from '../../../language/files/documents.js';

/** The name for waits on the whole workspace. */
const ALL = '';

/**
 * Notifies everything that follows a build, or waits for one: a request must not wait forever. A waiting request is
 * answered before the build continues.
 */
export class LspDocumentBuilder extends GuardrailDocumentBuilder {
    /** The states that are waited for: of documents, by URI, and of `ALL`. */
    private readonly awaited = new Map<string, Set<DocumentState>>();

    /**
     * Calls every listener for each document that has reached a state, even if the build has been cancelled since: the
     * next build does not process the document again. Langium skips the listeners then.
     */
    protected override async notifyDocumentPhase(
        document: LangiumDocument,
        state: DocumentState,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        for (const listener of [...this.documentPhaseListeners.get(state)]) {
            await listener(document, cancelToken);
        }
        // Requests follow each edit immediately, so pending ones are also answered before the rules are checked.
        const isAsked = state === DocumentState.Linked && this.textDocuments?.get(document.uri) !== undefined;
        await this.letAnswer(document.uri.toString(), state, isAsked);
    }

    /**
     * A build that finds nothing to do has reached the state too. Langium notifies nobody of that, and it sets the
     * state only after calling the listeners, so it also misses a wait that starts in between.
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
        await this.letAnswer(ALL, state);
    }

    /** Rejects, as cancelled, when the document is deleted in the meantime. */
    protected override async awaitDocumentState(
        state: DocumentState,
        uri: URI,
        cancelToken: Cancellation.CancellationToken
    ): Promise<URI> {
        if ((this.langiumDocuments.getDocument(uri)?.state ?? state) < state) {
            this.noteAwaited(uri.toString(), state);
        }
        if (this.isPartial) {
            // The state is set back, because otherwise a document that is still pending would be treated as excluded.
            this.currentState = DocumentState.Changed;
        }
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

    /** Works like Langium's, but waits until all documents exist, because some are built before the others. */
    protected override awaitBuilderState(
        state: DocumentState,
        cancelToken: Cancellation.CancellationToken
    ): Promise<void> {
        if (!this.isPartial && this.currentState >= state) {
            return Promise.resolve();
        }
        if (cancelToken.isCancellationRequested) {
            // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as all that is cancelled in Langium
            return Promise.reject(OperationCancelled);
        }
        this.noteAwaited(ALL, state);
        return new Promise((resolve, reject) => {
            const end = (act: () => void): void => {
                listeners.forEach((listener) => listener.dispose());
                act();
            };
            const listeners = [
                this.onBuildPhase(state, () => {
                    if (!this.isPartial) {
                        end(resolve);
                    }
                }),
                // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as above
                cancelToken.onCancellationRequested(() => end(() => reject(OperationCancelled)))
            ];
        });
    }

    private noteAwaited(what: string, state: DocumentState): void {
        const states = this.awaited.get(what) ?? new Set<DocumentState>();
        this.awaited.set(what, states.add(state));
    }

    private async letAnswer(what: string, state: DocumentState, isAsked = false): Promise<void> {
        const states = this.awaited.get(what);
        const isAwaited = states?.delete(state) === true;
        if (states?.size === 0) {
            this.awaited.delete(what);
        }
        if (isAwaited || isAsked) {
            await delayNextTick();
        }
    }
}
