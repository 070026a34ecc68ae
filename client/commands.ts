/** The commands of the palette, the editor's title bar and the code lenses. */
import * as vscode from 'vscode';
import {
    checkCommand,
    fixCommand,
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
import { keepSession } from './trace-files.js';
import type { TracePanel } from './trace-panel.js';
import { sessionContent } from '../server/wording/session-content.js';
import { needsRepair, policySummary, policyTone } from '../server/wording/verdicts.js';

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
        vscode.commands.registerCommand(fixCommand, (params?: unknown) => fix(context, params)),
        vscode.commands.registerCommand('guardrail.keepSession', (uri?: unknown) => keep(context, uri)),
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

/** Shows the repairs of a violated claim. */
async function fix(context: CommandContext, argument: unknown): Promise<void> {
    const subject = isShowSessionParams(argument) ? argument : await brokenClaim(context, argument);
    if (subject) {
        context.panel.show(subject, true);
    }
}

/** Adds the session that breaks a claim to its policy as a scenario. */
async function keep(context: CommandContext, argument: unknown): Promise<void> {
    const subject = isShowSessionParams(argument) ? argument : await brokenClaim(context, argument);
    if (subject) {
        const content = sessionContent(subject, context.checks.get(vscode.Uri.parse(subject.uri)));
        await keepSession(context.server, content, undefined);
    }
}

/** The claim at the cursor, or the first one, that a session breaks; if there is none, the author is told. */
async function brokenClaim(context: CommandContext, argument: unknown): Promise<ShowSessionParams | undefined> {
    const uri = toUri(argument) ?? activePolicy();
    const result = uri && (await resultOf(context, uri));
    const broken = result?.claims.filter(needsRepair) ?? [];
    const editor = vscode.window.activeTextEditor;
    const line = editor && editor.document.uri.toString() === uri?.toString() ? editor.selection.active.line : -1;
    const claim =
        broken.find(({ source, usedAt = source }) => usedAt.start.line <= line && line <= usedAt.end.line) ?? broken[0];
    if (uri && claim) {
        return { uri: uri.toString(), kind: 'claim', name: claim.name };
    }
    if (!uri || result) {
        void vscode.window.showInformationMessage(
            uri
                ? vscode.l10n.t('No session breaks a claim of this policy.')
                : vscode.l10n.t('Open a policy (a .guardrail file) to repair its claims.')
        );
    }
    return undefined;
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
