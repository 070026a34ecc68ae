/** Connects the two requests for code actions. */
import { DocumentState, URI } from 'langium';
import { type CodeAction, CodeActionKind, type CodeActionParams, type Connection } from 'vscode-languageserver';
import type { GuardrailLspServices } from '../../module.js';
import type { RequestHandlers } from '../../connection/request-handlers.js';
import { problemsFor, problemsIn } from './problems.js';
import { brokenClaims } from '../diagnostics/result-fixes.js';

export function addCodeActions(client: Connection, services: GuardrailLspServices, on: RequestHandlers): void {
    const { CodeActions: provider } = services.editing;
    const answer = on.document<CodeActionParams, CodeAction[]>(
        'code actions',
        DocumentState.Validated,
        (_lsp, ...rest) => provider.getCodeActions(...rest)
    );
    const search = on.any<CodeActionParams, void>('repairs', (params) => beginRepairs(params, services));
    client.onCodeAction(async (params, token) => {
        const actions = await answer(params, token);
        // The answer has the repairs that are known, because an editor soon gives up waiting for a menu.
        void search(params, token);
        return actions;
    });
    const resolve = on.any('code actions', (action: CodeAction, token) => provider.resolve(action, token));
    client.onCodeActionResolve(async (action, token) => (await resolve(action, token)) ?? action);
}

/** Begins to look for repairs of the broken claims that the request concerns. */
function beginRepairs(params: CodeActionParams, services: GuardrailLspServices): void {
    const { Repairs: repairs } = services.editing;
    const document = services.shared.workspace.LangiumDocuments.getDocument(URI.parse(params.textDocument.uri));
    const { only } = params.context;
    const wantsFixes = only === undefined || only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix);
    if (!document || document.state < DocumentState.Validated || !wantsFixes) {
        return;
    }
    for (const { problem } of problemsFor(params, problemsIn(document, services))) {
        if (problem.known?.result && (problem.code === 'GR590' || problem.code === 'GR598')) {
            const { uri, result } = problem.known;
            brokenClaims(problem, problem.known).forEach((claim) => repairs.begin(uri, result, claim));
        }
    }
}
