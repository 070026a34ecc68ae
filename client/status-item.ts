/** The item in the status bar, which shows the state of the policy in the active editor. */
import * as vscode from 'vscode';
import {
    type CheckState,
    type PolicyResult,
    showSessionCommand,
    type ShowSessionParams
} from '../server/lsp/protocol.js';
import type { CheckStates } from './check-states.js';
import { literal } from './literal.js';
import {
    claimTone,
    claimWord,
    policySummary,
    policyTone,
    scenarioTone,
    type Tone
} from '../server/wording/verdicts.js';

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
    const update = (): void => {
        document = policyInSight(document);
        const state = document && checks.get(document.uri);
        if (document && state) {
            show(item, document.uri, state);
            item.show();
        } else {
            item.hide();
        }
    };
    update();
    return vscode.Disposable.from(
        item,
        vscode.window.onDidChangeActiveTextEditor(update),
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
    item.command = 'guardrail.showLog';
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
            item.tooltip = vscode.l10n.t('The policy was changed since its claims were checked.');
            item.command = 'guardrail.check';
            return;
        case 'invalid':
            item.text = `$(circle-slash) ${vscode.l10n.t('Guardrail: not checked')}`;
            item.tooltip = message ?? vscode.l10n.t('The claims are checked once the policy has no errors.');
            item.command = 'workbench.actions.view.problems';
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
    const broken = result.claims.find((claim) => claimTone(claim) === 'bad' && claim.trace);
    item.command = {
        title: vscode.l10n.t('Show Session'),
        command: showSessionCommand,
        ...(broken && { arguments: [sessionParams(uri, 'claim', broken.name)] })
    };
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
