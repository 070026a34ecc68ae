import type { Connection } from 'vscode-languageserver';
import type { DiagnosticStore } from './store.js';

/** Sends diagnostics as they change, for a client that does not pull them. */
export function pushDiagnostics(connection: Connection, store: DiagnosticStore): void {
    /** The version and the result of the diagnostics that the client shows, by file. */
    const sent = new Map<string, string>();
    store.onDidChange((uri) => {
        const file = store.get(uri);
        const id = file && `${file.version} ${file.resultId}`;
        // A file on disk without diagnostics needs no message, unless it had some before.
        const isNews = file ? file.items.length > 0 || file.version !== null || sent.has(uri) : sent.has(uri);
        if (!isNews || sent.get(uri) === id) {
            return;
        }
        if (id === undefined) {
            sent.delete(uri);
        } else {
            sent.set(uri, id);
        }
        void connection.sendDiagnostics({
            uri,
            diagnostics: file?.items ?? [],
            ...(file && file.version !== null && { version: file.version })
        });
    });
}
