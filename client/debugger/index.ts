/** The debugger of sessions in VS Code: its configurations, and the adapter, which runs in the extension host. */
import * as vscode from 'vscode';
import {
    type ConditionValue,
    debugSessionCommand,
    evaluateRequest,
    type PlayedSession,
    playRequest,
    type SessionLines,
    sessionLinesRequest,
    type ShowSessionParams
} from '../../server/lsp/protocol.js';
import { activePolicy } from '../active-policy.js';
import type { CheckStates } from '../check-states.js';
import { type CheckContext, resultOf } from '../check-told.js';
import type { LanguageServer } from '../language-server.js';
import { pickSession } from '../pick-session.js';
import type { DebugHost } from './adapter.js';

const TYPE = 'guardrail';

export function registerDebugger(
    server: LanguageServer,
    checks: CheckStates,
    log: vscode.LogOutputChannel
): vscode.Disposable {
    const host: DebugHost = {
        lines: (session) => server.request<SessionLines | null>(sessionLinesRequest, session),
        play: (uri, lines) => server.request<PlayedSession | null>(playRequest, { uri, lines }),
        evaluate: (uri, lines, condition) =>
            server.request<ConditionValue | null>(evaluateRequest, { uri, lines, condition }),
        uriOf,
        pathOf: (uri) => {
            const parsed = vscode.Uri.parse(uri);
            return parsed.scheme === 'file' ? parsed.fsPath : uri;
        }
    };
    return vscode.Disposable.from(
        vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, {
            createDebugAdapterDescriptor: async () => {
                // Its library needs node: it is loaded by who debugs, so that the extension starts in a browser too.
                const { SessionDebugger } = await import('./adapter.js');
                return new vscode.DebugAdapterInlineImplementation(new SessionDebugger(host));
            }
        }),
        vscode.debug.registerDebugConfigurationProvider(TYPE, {
            resolveDebugConfiguration: (_folder, configuration) => resolve(configuration, { checks, log })
        }),
        vscode.languages.registerEvaluatableExpressionProvider('guardrail', {
            provideEvaluatableExpression: conditionAt
        }),
        vscode.commands.registerCommand(debugSessionCommand, async (session?: ShowSessionParams) => {
            await startDebugging(session ? configurationOf(session) : EMPTY);
        })
    );
}

const EMPTY: vscode.DebugConfiguration = { type: TYPE, request: 'launch', name: 'Guardrail' };

/** The session is that of the text as it is in the editor: nothing has to be saved for it, a new policy has no file yet. */
export function startDebugging(configuration: vscode.DebugConfiguration): Thenable<boolean> {
    return vscode.debug.startDebugging(undefined, configuration, { suppressSaveBeforeStart: true });
}

export function configurationOf({ uri, kind, name }: ShowSessionParams): vscode.DebugConfiguration {
    return { ...EMPTY, name, policy: uri, [kind]: name };
}

/** Without a launch configuration the author picks a session of the open policy. */
async function resolve(
    configuration: vscode.DebugConfiguration,
    context: CheckContext
): Promise<vscode.DebugConfiguration | undefined> {
    const given = configuration as { policy?: string; claim?: string; scenario?: string };
    const policy = given.policy ?? activePolicy()?.toString();
    if (policy === undefined) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t('Open a policy (a .guardrail file) to step through a session of it.')
        );
        return undefined;
    }
    const resolved = { ...EMPTY, ...withoutBlanks(configuration), policy };
    if (given.claim !== undefined || given.scenario !== undefined) {
        return resolved;
    }
    const uri = vscode.Uri.parse(uriOf(policy));
    const result = await resultOf(context, uri);
    // What shows a finding has no name to start it by.
    const picked = result && (await pickSession(uri, { ...result, findings: [] }));
    return picked && { ...resolved, [picked.kind]: picked.name };
}

/** Of a path, or of what is a uri already: a scheme has more than the one letter of a drive. */
function uriOf(path: string): string {
    return /^[a-z][a-z0-9+.-]+:/i.test(path) ? path : vscode.Uri.file(path).toString();
}

/** F5 without a configuration gives an empty one. */
function withoutBlanks(configuration: vscode.DebugConfiguration): Partial<vscode.DebugConfiguration> {
    return Object.fromEntries(Object.entries(configuration).filter(([, value]) => value !== ''));
}

/** What a rule asks, from `when` or `unless` to the end of the line or to its reason. */
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
