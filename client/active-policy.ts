import * as vscode from 'vscode';

/** The policy that was last in the active editor. */
let last: vscode.TextDocument | undefined;

/** Remembers the policy of the active editor for `activePolicy`. */
export function followActivePolicy(): vscode.Disposable {
    const follow = (editor: vscode.TextEditor | undefined): void => {
        last = editor?.document.languageId === 'guardrail' ? editor.document : last;
    };
    follow(vscode.window.activeTextEditor);
    return vscode.window.onDidChangeActiveTextEditor(follow);
}

/**
 * Finds the policy in the active editor. If another kind of editor is active, such as a session or the walkthrough, it is
 * the visible or open policy that was active last.
 */
export function activePolicy(): vscode.Uri | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const visible = visibleTextEditors.map(({ document }) => document);
    const open = vscode.workspace.textDocuments;
    return [activeTextEditor?.document, ...lastFirst(visible), ...lastFirst(open)].find(
        (document) => document?.languageId === 'guardrail'
    )?.uri;
}

function lastFirst(documents: readonly vscode.TextDocument[]): vscode.TextDocument[] {
    return [...documents.filter((document) => document === last), ...documents];
}
