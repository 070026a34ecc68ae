/**
 * Decides the call at the cursor: a step of a scenario after the steps before it, or any tool call that the user plays
 * by hand.
 */
import * as vscode from 'vscode';
import {
    type PlayedSession,
    type PlayParams,
    playRequest,
    type RuleReference,
    type SessionLines,
    sessionLinesRequest,
    type ShowSessionParams,
    simulateCommand
} from '../server/lsp/protocol.js';
import { type CheckContext, resultOf } from './check-with-progress.js';
import type { LanguageServer } from './language-server.js';

export function registerDecideCall(server: LanguageServer, context: CheckContext): vscode.Disposable {
    return vscode.commands.registerTextEditorCommand(
        'guardrail.decideCall',
        (editor) => void decideCall(server, context, editor)
    );
}

async function decideCall(server: LanguageServer, context: CheckContext, editor: vscode.TextEditor): Promise<void> {
    const { uri } = editor.document;
    const { line } = editor.selection.active;
    const result = await resultOf(context, uri);
    const scenario = result?.scenarios.find(
        ({ source }) => source.uri === uri.toString() && source.start.line <= line && line <= source.end.line
    );
    if (!scenario) {
        // Only a scenario contains the earlier calls; the simulator lists every call with its decision.
        await vscode.commands.executeCommand(simulateCommand, uri);
        return;
    }
    const subject: ShowSessionParams = { uri: uri.toString(), kind: 'scenario', name: scenario.name };
    const known = await server.request<SessionLines | null>(sessionLinesRequest, subject);
    const lines = (known?.lines ?? []).filter(({ source }) => source && source.start.line <= line);
    if (lines.length === 0) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor on a step of the scenario.'));
        return;
    }
    const params: PlayParams = { uri: uri.toString(), lines: lines.map((each) => each.line) };
    const played = await server.request<PlayedSession | null>(playRequest, params);
    const step = played?.steps.at(-1);
    if (played?.problem || !step) {
        const reason = played?.problem?.message ?? vscode.l10n.t('The session could not be played.');
        void vscode.window.showWarningMessage(reason);
        return;
    }
    await tell(step.message, step.rules);
}

/** Shows the decision and its reasons, and opens the first rule if the author wants to. */
async function tell(message: string, rules: readonly RuleReference[]): Promise<void> {
    const because = rules.flatMap(({ because: reason }) => (reason === undefined ? [] : [`“${reason}”`]));
    const [rule] = rules;
    const goTo = vscode.l10n.t('Go to Rule');
    const choice = await vscode.window.showInformationMessage([message, ...because].join(' '), ...(rule ? [goTo] : []));
    if (choice === goTo && rule) {
        const { uri, start } = rule.source;
        const selection = new vscode.Range(start.line, start.character, start.line, start.character);
        await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
    }
}
