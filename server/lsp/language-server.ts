import { DefaultLanguageServer } from 'langium/lsp';
import type { InitializeParams, InitializeResult, ServerCapabilities } from 'vscode-languageserver';
import { CODE_ACTION_OPTIONS } from './code-actions/provider.js';

/** What the server can do beyond the services that Langium knows; each is merged over Langium's own answer. */
const MORE: ServerCapabilities = { codeActionProvider: CODE_ACTION_OPTIONS };

/** Tells the client what the server can do. */
export class GuardrailLanguageServer extends DefaultLanguageServer {
    protected override buildInitializeResult(params: InitializeParams): InitializeResult {
        const { capabilities, ...rest } = super.buildInitializeResult(params);
        return { ...rest, capabilities: { ...capabilities, ...MORE } };
    }
}
