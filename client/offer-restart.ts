/** Reports a failure of ours to the author, as the only function that does: the problem and two possible actions. */
import * as vscode from 'vscode';

export async function offerRestart(message: string): Promise<void> {
    const [restart, showLog] = [vscode.l10n.t('Restart Server'), vscode.l10n.t('Show Log')];
    const choice = await vscode.window.showErrorMessage(message, restart, showLog);
    if (choice !== undefined) {
        await vscode.commands.executeCommand(choice === restart ? 'guardrail.restartServer' : 'guardrail.showLog');
    }
}
