/** Connects the two requests for code actions. */
import { DocumentState, URI } from 'langium';
import type { CancellationToken, CodeAction, CodeActionParams, Connection } from 'vscode-languageserver';
import { CodeActionTriggerKind } from 'vscode-languageserver';
import type { GuardrailLspServices } from '../../module.js';
import type { RequestHandlers } from '../../connection/request-handlers.js';
import { problemsFor, problemsIn } from './problems.js';
import { brokenClaims } from './results.js';

/**
 * The time that a request for fixes waits for repairs; later ones are included next time, and when the action is
 * chosen.
 */
const PATIENCE_MS = 2_500;

export function addCodeActions(client: Connection, services: GuardrailLspServices, on: RequestHandlers): void {
    const { CodeActions: provider } = services.editing;
    const answer = on.document<CodeActionParams, CodeAction[]>(
        'code actions',
        DocumentState.Validated,
        (_lsp, ...rest) => provider.getCodeActions(...rest)
    );
    const search = on.any<CodeActionParams, void>('repairs', (params, token) => searchRepairs(params, services, token));
    client.onCodeAction(async (params, token) => {
        // This runs first, and without the workspace lock: a change of the text must not wait for a search.
        await search(params, token);
        return answer(params, token);
    });
    const resolve = on.any('code actions', (action: CodeAction, token) => provider.resolve(action, token));
    client.onCodeActionResolve(async (action, token) => (await resolve(action, token)) ?? action);
}

/** Searches for repairs when the author requests fixes of a violated claim, not for a light bulb. */
async function searchRepairs(
    params: CodeActionParams,
    services: GuardrailLspServices,
    token: CancellationToken
): Promise<void> {
    const { Repairs: repairs } = services.editing;
    const document = services.shared.workspace.LangiumDocuments.getDocument(URI.parse(params.textDocument.uri));
    const isAsked = params.context.triggerKind !== CodeActionTriggerKind.Automatic;
    if (!document || document.state < DocumentState.Validated || !isAsked || !repairs.isAvailable) {
        return;
    }
    const problems = problemsFor(params, problemsIn(document, services)).map(({ problem }) => problem);
    const searches = problems.flatMap((problem) =>
        problem.known?.result && problem.code === 'GR590'
            ? brokenClaims(problem).map((claim) =>
                  repairs.find(problem.known!.uri, problem.known!.result!, claim, token)
              )
            : []
    );
    if (searches.length > 0) {
        await Promise.race([Promise.all(searches), timeout(PATIENCE_MS)]);
    }
}

function timeout(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
