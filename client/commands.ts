/** The commands of the palette, the editor's title bar and the code lenses. */
import * as vscode from 'vscode';
import {
    checkCommand,
    type ReferenceLocation,
    showReferencesCommand,
    showSessionCommand,
    type ShowSessionParams
} from '../server/lsp/protocol.js';
import { activePolicy } from './active-policy.js';
import type { CheckStates } from './check-states.js';
import { checkWithProgress, resultOf } from './check-with-progress.js';
import type { LanguageServer } from './language-server.js';
import { pickSession } from './pick-session.js';
import type { TracePanel } from './trace-panel.js';
import { policySummary, policyTone } from '../server/wording/verdicts.js';

export interface CommandContext {
    readonly server: LanguageServer;
    readonly checks: CheckStates;
    readonly panel: TracePanel;
    readonly log: vscode.LogOutputChannel;
}

export function registerCommands(context: CommandContext): vscode.Disposable[] {
    const { server, log } = context;
    return [
        vscode.commands.registerCommand(checkCommand, (uri?: unknown) => check(context, uri)),
        vscode.commands.registerCommand(showSessionCommand, (params?: unknown) => showSession(context, params)),
        vscode.commands.registerCommand(showReferencesCommand, showReferences),
        vscode.commands.registerCommand('guardrail.showLog', () => log.show()),
        vscode.commands.registerCommand('guardrail.restartServer', () => server.restart())
    ];
}

/** A lens passes the URI as text, a button of the title bar as a `Uri`, and the palette nothing. */
async function check(context: CommandContext, argument: unknown): Promise<void> {
    const uri = toUri(argument) ?? activePolicy();
    if (!uri) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t('Open a policy (a .guardrail file) to check its claims.')
        );
        return;
    }
    const result = await checkWithProgress(context, uri);
    if (result) {
        const tone = policyTone(result);
        const icon = { good: '$(pass)', partial: '$(circle-large-outline)', warn: '$(warning)', bad: '$(error)' }[tone];
        vscode.window.setStatusBarMessage(`${icon} ${result.policy}: ${policySummary(result)}`, 5000);
    }
}

async function showSession(context: CommandContext, argument: unknown): Promise<void> {
    if (isShowSessionParams(argument)) {
        // A row of the policy view passes more arguments.
        const { uri, kind, name, message } = argument;
        context.panel.show({ uri, kind, name, ...(message !== undefined && { message }) });
        return;
    }
    const uri = toUri(argument) ?? activePolicy();
    if (!uri) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t('Open a policy (a .guardrail file) to see its sessions.')
        );
        return;
    }
    const result = await resultOf(context, uri);
    const picked = result && (await pickSession(uri, result));
    if (picked) {
        context.panel.show(picked);
    }
}

/** A code lens has data in protocol form; the editor's own command expects its own classes. */
async function showReferences(
    uri: string,
    { line, character }: ReferenceLocation['range']['start'],
    locations: readonly ReferenceLocation[]
): Promise<void> {
    const places = locations.map(({ uri: file, range: { start, end } }) => {
        const range = new vscode.Range(start.line, start.character, end.line, end.character);
        return new vscode.Location(vscode.Uri.parse(file), range);
    });
    const position = new vscode.Position(line, character);
    await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri), position, places);
}

function toUri(argument: unknown): vscode.Uri | undefined {
    if (argument instanceof vscode.Uri) {
        return argument;
    }
    return typeof argument === 'string' ? vscode.Uri.parse(argument) : undefined;
}

function isShowSessionParams(argument: unknown): argument is ShowSessionParams {
    const params = argument as Partial<ShowSessionParams> | undefined;
    return typeof params?.uri === 'string' && typeof params.kind === 'string' && typeof params.name === 'string';
}
