/**
 * The requests of the protocol and the services that answer them, one line each. A service that `module.ts` provides is
 * announced to the client (`language-server.ts`); if the service is missing, the answer is null.
 */
import { DocumentState } from 'langium';
import { WorkspaceState } from 'langium/lsp';
import type { Connection, ResultProgressReporter, WorkspaceSymbol, WorkspaceSymbolParams } from 'vscode-languageserver';
import type { Log } from '../connection/log.js';
import type { GuardrailLspServices, GuardrailSharedServices } from '../module.js';
import { type Handler, reportTo, RequestHandlers } from '../connection/request-handlers.js';

const { Parsed, Linked, IndexedReferences } = DocumentState;
const Workspace = WorkspaceState.IndexedReferences;

// prettier-ignore
export function addFeatures(client: Connection, shared: GuardrailSharedServices, { references, queries }: GuardrailLspServices, log: Log): void {
    const on = new RequestHandlers(shared, log);
    /** These requests search for a name in all files: the files are read first, interleaved with other requests. */
    const named = <P, R>(handler: Handler<P, R>): Handler<P, R> => async (params, token) => {
        await references.References.readNames(token);
        return handler(params, token);
    };
    const { callHierarchy, inlayHint, semanticTokens } = client.languages;
    const { ExecuteCommandHandler: commands, WorkspaceSymbolProvider: symbols } = shared.lsp;
    const { DocumentBuilder: builder, WorkspaceLock: lock } = shared.workspace;

    // Reading
    client.onHover(named(on.document('hover', Linked, (lsp, ...rest) => lsp.HoverProvider?.getHoverContent(...rest))));
    client.onSignatureHelp(on.document('signature help', IndexedReferences, (lsp, ...rest) => lsp.SignatureHelp?.provideSignatureHelp(...rest)));
    client.onDocumentSymbol(on.document('document symbols', Parsed, (lsp, ...rest) => lsp.DocumentSymbolProvider?.getSymbols(...rest)));
    client.onFoldingRanges(on.document('folding', Parsed, (lsp, ...rest) => lsp.FoldingRangeProvider?.getFoldingRanges(...rest)));
    client.onDocumentLinks(on.document('document links', Parsed, (lsp, ...rest) => lsp.DocumentLinkProvider?.getDocumentLinks(...rest)));
    client.onCodeLens(on.document('code lens', IndexedReferences, (lsp, ...rest) => lsp.CodeLensProvider?.provideCodeLens(...rest)));
    inlayHint.on(on.document('inlay hints', IndexedReferences, (lsp, ...rest) => lsp.InlayHintProvider?.getInlayHints(...rest)));
    semanticTokens.on(on.document('semantic tokens', Linked, (lsp, ...rest) => lsp.SemanticTokenProvider?.semanticHighlight(...rest)));
    semanticTokens.onDelta(on.document('semantic tokens', Linked, (lsp, ...rest) => lsp.SemanticTokenProvider?.semanticHighlightDelta(...rest)));
    semanticTokens.onRange(on.document('semantic tokens', Linked, (lsp, ...rest) => lsp.SemanticTokenProvider?.semanticHighlightRange(...rest)));

    // Navigation
    client.onDefinition(on.document('definition', Linked, (lsp, ...rest) => lsp.DefinitionProvider?.getDefinition(...rest)));
    client.onDeclaration(on.document('declaration', Linked, (lsp, ...rest) => lsp.DeclarationProvider?.getDeclaration(...rest)));
    client.onTypeDefinition(on.document('type definition', Linked, (lsp, ...rest) => lsp.TypeProvider?.getTypeDefinition(...rest)));
    client.onImplementation(named(on.document('implementation', Workspace, (lsp, ...rest) => lsp.ImplementationProvider?.getImplementation(...rest))));
    client.onReferences(on.parts('references', Workspace, (_lsp, ...rest) => queries.References.findReferences(...rest)));
    client.onDocumentHighlight(on.document('document highlight', Workspace, (lsp, ...rest) => lsp.DocumentHighlightProvider?.getDocumentHighlight(...rest)));
    callHierarchy.onPrepare(on.document('call hierarchy', Workspace, (lsp, ...rest) => lsp.CallHierarchyProvider?.prepareCallHierarchy(...rest)));
    callHierarchy.onIncomingCalls(named(on.hierarchy('call hierarchy', Workspace, (lsp, ...rest) => lsp.CallHierarchyProvider?.incomingCalls(...rest))));
    callHierarchy.onOutgoingCalls(on.hierarchy('call hierarchy', Workspace, (lsp, ...rest) => lsp.CallHierarchyProvider?.outgoingCalls(...rest)));
    // The library supports partial results only for the older kind of symbols.
    client.onWorkspaceSymbol((params, token, _progress, partial) => on.any<WorkspaceSymbolParams, WorkspaceSymbol[]>('workspace symbols', async () => {
        await builder.waitUntil(DocumentState.IndexedContent, token);
        // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- the newer kind is not assignable to the older one
        return await lock.read(() => symbols.getSymbols(params, token, reportTo(partial as ResultProgressReporter<WorkspaceSymbol[]> | undefined)));
    })(params, token));

    // Writing
    client.onCompletion(on.document('completion', Linked, (lsp, ...rest) => lsp.CompletionProvider?.getCompletion(...rest)));
    client.onPrepareRename(on.document('rename', Workspace, (lsp, ...rest) => lsp.RenameProvider?.prepareRename(...rest)));
    client.onRenameRequest(named(on.document('rename', Workspace, (lsp, ...rest) => lsp.RenameProvider?.rename(...rest))));
    client.onDocumentFormatting(on.document('formatting', Parsed, (lsp, ...rest) => lsp.Formatter?.formatDocument(...rest)));
    client.onDocumentRangeFormatting(on.document('formatting', Parsed, (lsp, ...rest) => lsp.Formatter?.formatDocumentRange(...rest)));
    client.onDocumentOnTypeFormatting(on.document('formatting', Parsed, (lsp, ...rest) => lsp.Formatter?.formatDocumentOnType(...rest)));
    client.onExecuteCommand(on.any('commands', ({ command, arguments: values = [] }, token) => commands?.executeCommand(command, values, token)));
}
