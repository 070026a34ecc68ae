import type { DocumentState, URI } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import type { GuardrailSharedServices } from '../module.js';

/** Resolves once the workspace is loaded and all changes reported by the client so far are in its documents. */
export async function changesApplied(shared: GuardrailSharedServices): Promise<void> {
    await shared.workspace.WorkspaceManager.ready;
    await shared.lsp.DocumentUpdateHandler.applied;
}

/**
 * Resolves once the document (or the whole workspace) has reached the state or a later one, with all changes reported
 * so far. Rejects as cancelled by `token`, and when the document is deleted in the meantime.
 */
export async function untilReached(
    shared: GuardrailSharedServices,
    state: DocumentState,
    uri: URI | undefined,
    token: CancellationToken
): Promise<void> {
    const { DocumentBuilder } = shared.workspace;
    await changesApplied(shared);
    await (uri ? DocumentBuilder.waitUntil(state, uri, token) : DocumentBuilder.waitUntil(state, token));
}
