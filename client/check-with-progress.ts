/** Runs the check that the user requested and shows its progress, or the reason why it has no result. */
import * as vscode from 'vscode';
import type { PolicyResult } from '../server/lsp/protocol.js';
import type { CheckStates } from './check-states.js';
import { offerRestart } from './offer-restart.js';

export interface CheckContext {
    readonly checks: CheckStates;
    readonly log: vscode.LogOutputChannel;
}

/**
 * The state of the policy. If there is none, or if it belongs to another version of the text, the policy is checked.
 */
export function resultOf(context: CheckContext, uri: vscode.Uri): Promise<PolicyResult | undefined> {
    const known = context.checks.get(uri);
    return known?.state === 'done' ? Promise.resolve(known.result) : checkWithProgress(context, uri);
}

/** The result; undefined if the reason was reported to the author. Never rejects. */
export async function checkWithProgress(
    { checks, log }: CheckContext,
    uri: vscode.Uri
): Promise<PolicyResult | undefined> {
    try {
        const result = await vscode.window.withProgress(
            { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Guardrail: checking') },
            (_progress, token) => checks.check(uri, token)
        );
        if (!result) {
            const showProblems = vscode.l10n.t('Show Problems');
            const choice = await vscode.window.showWarningMessage(
                vscode.l10n.t('Nothing to check: this file has errors, or no `policy` line.'),
                showProblems
            );
            if (choice === showProblems) {
                await vscode.commands.executeCommand('workbench.actions.view.problems');
            }
        }
        return result;
    } catch (error) {
        log.error(`The check of ${uri.toString()} failed: ${String(error)}`);
        await offerRestart(vscode.l10n.t('The policy could not be checked.'));
        return undefined;
    }
}
