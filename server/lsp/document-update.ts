import { URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { FileSystemWatcher, TextDocumentChangeEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isBuiltin } from './documents.js';

/** Which changes outside of the editor matter: those of policies, not of everything in the workspace. */
export class GuardrailDocumentUpdateHandler extends DefaultDocumentUpdateHandler {
    constructor(private readonly services: LangiumSharedServices) {
        super(services);
    }

    /** What was typed and not saved is gone: the file itself counts again, if there is one. */
    didCloseDocument(change: TextDocumentChangeEvent<TextDocument>): void {
        const uri = URI.parse(change.document.uri);
        if (isBuiltin(uri)) {
            return;
        }
        void this.services.workspace.FileSystemProvider.exists(uri).then((exists) =>
            exists ? this.fireDocumentUpdate([uri], []) : this.fireDocumentUpdate([], [uri])
        );
    }

    /** Says to the client that saving matters; who listens is `TextDocuments.onDidSave`. */
    didSaveDocument(): void {}

    protected override getWatchers(): FileSystemWatcher[] {
        return [{ globPattern: '**/*.guardrail' }];
    }
}
