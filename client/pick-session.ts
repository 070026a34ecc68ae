/** Offers a choice of the claims, scenarios and findings of a policy. */
import * as vscode from 'vscode';
import type { PolicyResult, ShowSessionParams } from '../server/lsp/protocol.js';
import { claimTone, claimWord, hasSession, scenarioTone, type Tone } from '../server/wording/verdicts.js';
import { toneIcon } from './tone-icon.js';

interface SessionItem extends vscode.QuickPickItem {
    readonly params?: ShowSessionParams;
}

export async function pickSession(uri: vscode.Uri, result: PolicyResult): Promise<ShowSessionParams | undefined> {
    return pick(
        result,
        sessionItems(uri.toString(), result),
        vscode.l10n.t('{0} has no claims and no scenarios.', result.policy)
    );
}

/**
 * Offers a choice of the sessions that can be stepped through: scenarios, and claims with a counterexample or an
 * example.
 */
export async function pickSteppable(uri: vscode.Uri, result: PolicyResult): Promise<ShowSessionParams | undefined> {
    const steppable = { ...result, claims: result.claims.filter(hasSession), findings: [] };
    return pick(
        result,
        sessionItems(uri.toString(), steppable),
        vscode.l10n.t(
            '{0} has no session to step through: no claim shows one, and there is no scenario.',
            result.policy
        )
    );
}

async function pick(
    { policy }: PolicyResult,
    items: readonly SessionItem[],
    none: string
): Promise<ShowSessionParams | undefined> {
    if (items.length === 0) {
        void vscode.window.showInformationMessage(none);
        return undefined;
    }
    const picked = await vscode.window.showQuickPick(items, {
        title: vscode.l10n.t('{0}: which session?', policy),
        placeHolder: vscode.l10n.t('A claim, a scenario or a finding'),
        matchOnDescription: true
    });
    return picked?.params;
}

function sessionItems(uri: string, { claims, scenarios, findings }: PolicyResult): SessionItem[] {
    return [
        ...section(
            vscode.l10n.t('claims'),
            claims.map(({ name, ...claim }) =>
                item(claimTone(claim), name, claimWord(claim), { uri, kind: 'claim', name })
            )
        ),
        ...section(
            vscode.l10n.t('scenarios'),
            scenarios.map(({ name, ...scenario }) =>
                item(scenarioTone(scenario), name, scenario.passed ? 'passed' : 'failed', {
                    uri,
                    kind: 'scenario',
                    name
                })
            )
        ),
        ...section(
            vscode.l10n.t('findings'),
            findings
                .filter((finding) => finding.trace)
                .map(({ code, severity, message }) =>
                    item(severity === 'error' ? 'bad' : 'warn', message, code, {
                        uri,
                        kind: 'finding',
                        name: code,
                        message
                    })
                )
        )
    ];
}

function section(label: string, items: SessionItem[]): SessionItem[] {
    return items.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
}

function item(tone: Tone, label: string, description: string, params: ShowSessionParams): SessionItem {
    return {
        label,
        description,
        params,
        iconPath: toneIcon(tone)
    };
}
