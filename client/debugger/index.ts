/** The debugger of sessions in VS Code: its configurations, and the adapter, which runs in the extension host. */
import * as vscode from 'vscode';
import {
    type BreakpointPlace,
    breakpointPlacesRequest,
    type ConditionValue,
    debugSessionCommand,
    evaluateRequest,
    type PlayedSession,
    playRequest,
    type SessionLines,
    sessionLinesRequest,
    type ShowSessionParams
} from '../../server/lsp/protocol.js';
import type { CheckContext } from '../check-with-progress.js';
import type { LanguageServer } from '../language-server.js';
import type { Libraries } from '../load-libraries.js';
import type { DebugHost } from './adapter.js';
import { configurationOf, policyUri, startDebugging, TYPE, withPolicy, withSession } from './configuration.js';

export function registerDebugger(
    server: LanguageServer,
    context: CheckContext,
    load: () => Promise<Libraries>
): vscode.Disposable {
    const host: DebugHost = {
        lines: (session) => server.request<SessionLines | null>(sessionLinesRequest, session),
        play: (uri, lines) => server.request<PlayedSession | null>(playRequest, { uri, lines }),
        evaluate: (uri, lines, condition) =>
            server.request<ConditionValue | null>(evaluateRequest, { uri, lines, condition }),
        breakpointPlaces: (uri) => server.request<BreakpointPlace[]>(breakpointPlacesRequest, { uri }),
        uriOf: (path) => policyUri(path).toString(),
        pathOf: (uri) => {
            const parsed = vscode.Uri.parse(uri);
            return parsed.scheme === 'file' ? parsed.fsPath : uri;
        }
    };
    return vscode.Disposable.from(
        vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, {
            createDebugAdapterDescriptor: async () => {
                const { SessionDebugger } = await load();
                return new vscode.DebugAdapterInlineImplementation(new SessionDebugger(host));
            }
        }),
        vscode.debug.registerDebugConfigurationProvider(TYPE, {
            resolveDebugConfiguration: (_folder, configuration) => withPolicy(configuration),
            // Variables in paths are resolved only at this point.
            resolveDebugConfigurationWithSubstitutedVariables: (_folder, configuration) =>
                withSession(configuration, context)
        }),
        vscode.languages.registerEvaluatableExpressionProvider('guardrail', {
            provideEvaluatableExpression: conditionAt
        }),
        vscode.commands.registerCommand(debugSessionCommand, async (session?: ShowSessionParams) => {
            await startDebugging(configurationOf(session));
        })
    );
}

/** The condition of a rule, from `when` or `unless` to the end of the line or to its reason. */
function conditionAt(
    document: vscode.TextDocument,
    position: vscode.Position
): vscode.EvaluatableExpression | undefined {
    const { text } = document.lineAt(position);
    const found = /\b(?:when|unless|always)\s+(.+?)(?=\s+(?:because|valid|timeout|unless|when)\b|\s*\/\/|\s*$)/.exec(
        text
    );
    const start = found ? found.index + found[0].length - found[1]!.length : -1;
    const range = found && new vscode.Range(position.line, start, position.line, start + found[1]!.length);
    return range?.contains(position) ? new vscode.EvaluatableExpression(range, found![1]) : undefined;
}
