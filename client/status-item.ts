/** The item in the status bar, which shows the state of the policy in the active editor. */
import * as vscode from 'vscode';
import {
    checkCommand,
    type CheckState,
    type PolicyResult,
    fixCommand,
    showSessionCommand,
    type ShowSessionParams,
    simulateCommand
} from '../server/lsp/protocol.js';
import { changedDecisionsCommand } from './changed-decisions.js';
import type { CheckStates } from './check-states.js';
import { literal } from './literal.js';
import {
    claimTone,
    claimWord,
    needsRepair,
    policySummary,
    policyTone,
    scenarioTone,
    type Tone
} from '../server/wording/verdicts.js';

/** This command is only for the item, so it is not in the palette. */
const menuCommand = 'guardrail.statusMenu';
/** The time after which a check is shown. */
const LONG_MS = 1000;

const ICONS: Record<Tone, string> = {
    good: '$(pass)',
    bad: '$(error)',
    partial: '$(circle-large-outline)',
    warn: '$(warning)'
};

export function createStatusItem(checks: CheckStates): vscode.Disposable {
    const item = vscode.window.createStatusBarItem('guardrail.status', vscode.StatusBarAlignment.Left, 10);
    item.name = 'Guardrail';
    let document: vscode.TextDocument | undefined;
    let shown: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (isLong = false): void => {
        clearTimeout(timer);
        document = policyInSight(document);
        const state = document && checks.get(document.uri);
        if (!document || !state) {
            shown = undefined;
            item.hide();
            return;
        }
        const key = document.uri.toString();
        const isChecking = state.state === 'checking' || state.state === 'cancelled';
        if (isChecking && shown === key && !isLong) {
            // Most checks end before this, and confirm what the item shows.
            timer = setTimeout(() => update(true), LONG_MS);
            return;
        }
        shown = key;
        show(item, document.uri, state);
        item.show();
    };
    update();
    return vscode.Disposable.from(
        item,
        vscode.commands.registerCommand(menuCommand, () => showMenu(document?.uri, checks)),
        { dispose: () => clearTimeout(timer) },
        vscode.window.onDidChangeActiveTextEditor(() => update()),
        checks.onDidChange((uri) => {
            if (uri.toString() === document?.uri.toString()) {
                update();
            }
        })
    );
}

/**
 * The policy in the active editor. While something else is active, such as the trace view or the log, it is the
 * previous one.
 */
function policyInSight(before: vscode.TextDocument | undefined): vscode.TextDocument | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const active = activeTextEditor?.document;
    const document =
        active && active.uri.scheme !== 'output'
            ? active
            : visibleTextEditors.find((editor) => editor.document === before)?.document;
    return document?.languageId === 'guardrail' ? document : undefined;
}

function show(item: vscode.StatusBarItem, uri: vscode.Uri, { state, result, message }: CheckState): void {
    item.backgroundColor = undefined;
    item.tooltip = message;
    item.command = menuCommand;
    switch (state) {
        case 'checking':
        case 'cancelled':
            item.text = `$(sync~spin) ${vscode.l10n.t('Guardrail: checking')}`;
            item.tooltip = vscode.l10n.t('The claims are being checked.');
            return;
        case 'failed':
            item.text = `$(error) ${vscode.l10n.t('Guardrail: check failed')}`;
            item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
            return;
        case 'outdated':
            item.text = `$(debug-pause) ${vscode.l10n.t('Guardrail: not checked')}`;
            item.tooltip = vscode.l10n.t('The policy has changed since its claims were checked.');
            return;
        case 'invalid':
            item.text = `$(circle-slash) ${vscode.l10n.t('Guardrail: not checked')}`;
            item.tooltip = message ?? vscode.l10n.t('The claims are checked once the policy has no errors.');
            return;
        case 'done':
            if (result) {
                showResult(item, uri, result);
            }
    }
}

function showResult(item: vscode.StatusBarItem, uri: vscode.Uri, result: PolicyResult): void {
    const tone = policyTone(result);
    item.text = `${ICONS[tone]} Guardrail: ${policySummary(result)}`;
    if (tone === 'bad') {
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    }
    item.tooltip = tooltipOf(result, uri);
}

interface MenuItem extends vscode.QuickPickItem {
    readonly command?: string;
}

/** Offers what can be done with the policy, its violated claims first. */
async function showMenu(uri: vscode.Uri | undefined, checks: CheckStates): Promise<void> {
    const state = uri && checks.get(uri);
    const hasBroken = state?.result?.claims.some(needsRepair);
    const items: MenuItem[] = [
        ...(hasBroken ? [item('lightbulb', vscode.l10n.t('Fix a Claim…'), fixCommand)] : []),
        item('debug-alt', vscode.l10n.t('Show a Session…'), showSessionCommand),
        item('play-circle', vscode.l10n.t('Simulate'), simulateCommand),
        item('shield', vscode.l10n.t('Check Now'), checkCommand),
        // Other files are those of a browser, which cannot run Git.
        ...(uri?.scheme === 'file'
            ? [item('git-compare', vscode.l10n.t('Show Changed Decisions…'), changedDecisionsCommand)]
            : []),
        item('warning', vscode.l10n.t('Show Problems'), 'workbench.actions.view.problems'),
        item('list-tree', vscode.l10n.t('Show All Policies'), 'guardrail.policies.focus'),
        item('output', vscode.l10n.t('Show Log'), 'guardrail.showLog'),
        item('refresh', vscode.l10n.t('Restart Server'), 'guardrail.restartServer')
    ];
    const picked = await vscode.window.showQuickPick(items, { title: 'Guardrail' });
    if (picked?.command) {
        await vscode.commands.executeCommand(picked.command, ...(POLICY_COMMANDS.has(picked.command) ? [uri] : []));
    }
}

const POLICY_COMMANDS: ReadonlySet<string> = new Set([
    fixCommand,
    showSessionCommand,
    simulateCommand,
    checkCommand,
    changedDecisionsCommand
]);

function item(icon: string, label: string, command: string): MenuItem {
    return { label, command, iconPath: new vscode.ThemeIcon(icon) };
}

function tooltipOf({ policy, claims, scenarios }: PolicyResult, uri: vscode.Uri): vscode.MarkdownString {
    const markdown = new vscode.MarkdownString(undefined, true);
    markdown.isTrusted = { enabledCommands: [showSessionCommand] };
    markdown.appendMarkdown(`**${literal(policy)}**\n`);
    const line = (tone: Tone, kind: ShowSessionParams['kind'], name: string, word: string): void => {
        const argument = encodeURIComponent(JSON.stringify([sessionParams(uri, kind, name)]));
        markdown.appendMarkdown(
            `\n${ICONS[tone]} [${literal(name)}](command:${showSessionCommand}?${argument}): ${word}\n`
        );
    };
    for (const claim of claims) {
        line(claimTone(claim), 'claim', claim.name, claimWord(claim));
    }
    for (const scenario of scenarios) {
        line(scenarioTone(scenario), 'scenario', scenario.name, scenario.passed ? 'passed' : 'failed');
    }
    return markdown;
}

function sessionParams(uri: vscode.Uri, kind: ShowSessionParams['kind'], name: string): ShowSessionParams {
    return { uri: uri.toString(), kind, name };
}
