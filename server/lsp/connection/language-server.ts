import { eagerLoad } from 'langium';
import { DefaultLanguageServer } from 'langium/lsp';
import type { InitializeParams, InitializeResult, ServerCapabilities } from 'vscode-languageserver';
import { PositionEncodingKind } from 'vscode-languageserver';
import { CODE_ACTION_OPTIONS } from '../features/code-actions/provider.js';
import { COMPLETION_OPTIONS } from '../features/completion/provider.js';
import { DIAGNOSTIC_OPTIONS, pullsDiagnostics } from '../features/diagnostics/pull.js';

/** The server's capabilities beyond Langium's services; each is merged over Langium's own answer. */
const MORE: ServerCapabilities = {
    // The encoding that every client must support, even if it does not offer it (as the specification states for
    // `general`).
    positionEncoding: PositionEncodingKind.UTF16,
    codeActionProvider: CODE_ACTION_OPTIONS,
    completionProvider: COMPLETION_OPTIONS,
    codeLensProvider: { resolveProvider: true },
    inlayHintProvider: { resolveProvider: true },
    selectionRangeProvider: true
};

/** Reports the server's capabilities to the client. */
export class GuardrailLanguageServer extends DefaultLanguageServer {
    /**
     * Loads Langium's services that listen to events from the start, but not the parsers: they take as long to build as
     * everything else, and one of them, for a completion provider that we replace, is never used.
     */
    protected override eagerLoadServices(): void {
        eagerLoad(this.services);
        for (const language of this.services.ServiceRegistry.all) {
            for (const [group, services] of Object.entries(language) as [string, unknown][]) {
                if (group !== 'parser') {
                    eagerLoad(services);
                }
            }
        }
    }

    protected override buildInitializeResult(params: InitializeParams): InitializeResult {
        const { capabilities, ...rest } = super.buildInitializeResult(params);
        return {
            ...rest,
            serverInfo: { name: 'Guardrail' },
            capabilities: {
                ...capabilities,
                ...MORE,
                ...(pullsDiagnostics(params) && { diagnosticProvider: DIAGNOSTIC_OPTIONS }),
                workspace: {
                    ...capabilities.workspace,
                    workspaceFolders: { supported: true, changeNotifications: true }
                }
            }
        };
    }
}
