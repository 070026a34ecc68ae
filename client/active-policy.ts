import * as vscode from 'vscode';

/**
 * Finds the policy in the active editor; if there is none, as with a session or the walkthrough, a visible or open one.
 */
export function activePolicy(): vscode.Uri | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const documents = [activeTextEditor, ...visibleTextEditors].flatMap((editor) => editor?.document ?? []);
    return [...documents, ...vscode.workspace.textDocuments].find(({ languageId }) => languageId === 'guardrail')?.uri;
}
