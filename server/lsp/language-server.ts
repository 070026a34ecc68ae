import { DefaultLanguageServer } from 'langium/lsp';
import type { InitializeParams, InitializeResult, ServerCapabilities } from 'vscode-languageserver';
import { PositionEncodingKind } from 'vscode-languageserver';
import { CODE_ACTION_OPTIONS } from './code-actions/provider.js';
import { COMPLETION_OPTIONS } from './completion/provider.js';
import { DIAGNOSTIC_OPTIONS, pullsDiagnostics } from './diagnostics/pull.js';

/** What the server can do beyond the services that Langium knows; each is merged over Langium's own answer. */
const MORE: ServerCapabilities = {
    // The one that every client must know, also where it does not offer it (the specification's words on `general`).
    positionEncoding: PositionEncodingKind.UTF16,
    codeActionProvider: CODE_ACTION_OPTIONS,
    completionProvider: COMPLETION_OPTIONS,
    codeLensProvider: { resolveProvider: true },
    inlayHintProvider: { resolveProvider: true },
    selectionRangeProvider: true
};

/** Tells the client what the server can do. */
export class GuardrailLanguageServer extends DefaultLanguageServer {
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
