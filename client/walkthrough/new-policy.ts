/** The command "New Policy": opens a small policy in an untitled document, with a gap to find. */
import * as vscode from 'vscode';
import content from './first-try.guardrail';

export function registerNewPolicy(): vscode.Disposable {
    return vscode.commands.registerCommand('guardrail.newPolicy', async () => {
        const document = await vscode.workspace.openTextDocument({ language: 'guardrail', content });
        await vscode.window.showTextDocument(document);
    });
}
