/** The one way in which the author is told that something of ours failed: what, and the two things that can be done. */
import * as vscode from 'vscode';

export async function offerRestart(message: string): Promise<void> {
    const [restart, showLog] = [vscode.l10n.t('Restart Server'), vscode.l10n.t('Show Log')];
    const choice = await vscode.window.showErrorMessage(message, restart, showLog);
    if (choice !== undefined) {
        await vscode.commands.executeCommand(choice === restart ? 'guardrail.restartServer' : 'guardrail.showLog');
    }
}
