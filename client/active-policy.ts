import * as vscode from 'vscode';

/** The policy in the active editor; from where there is none, such as a session or the walkthrough, one that is in sight, or open. */
export function activePolicy(): vscode.Uri | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const documents = [activeTextEditor, ...visibleTextEditors].flatMap((editor) => editor?.document ?? []);
    return [...documents, ...vscode.workspace.textDocuments].find(({ languageId }) => languageId === 'guardrail')?.uri;
}
