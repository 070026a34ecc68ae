/** The queries and actions of the editor tests, which use the same interfaces as any extension. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** This allows for a busy machine, as in continuous integration. */
const PATIENCE_MS = 60_000;

/** Calls `ask` until it returns a value; if it never does, the last failure is that of the test. */
export async function eventually<T>(
    what: string,
    ask: () => T | undefined | Promise<T | undefined>,
    patienceMs = PATIENCE_MS
): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
        let failure: unknown;
        try {
            const answer = await ask();
            if (answer !== undefined && answer !== false) {
                return answer;
            }
        } catch (error) {
            failure = error;
        }
        if (Date.now() >= deadline) {
            const why = failure instanceof Error ? `: ${failure.message}` : '';
            throw new Error(`did not happen: ${what}${why}`, { cause: failure });
        }
        await sleep(100);
    }
}

/** True if this VS Code is 1.`minor` or newer: older versions do not support all our features. */
export function isSince(minor: number): boolean {
    const [major, own] = vscode.version.split('.').map(Number) as [number, number];
    return major > 1 || own >= minor;
}

export const DARK = 'Default Dark Modern';
export const LIGHT = 'Default Light Modern';

/** Sets the theme by its ID in VS Code. */
export function setTheme(theme: string): Thenable<void> {
    return vscode.workspace
        .getConfiguration('workbench')
        .update('colorTheme', theme, vscode.ConfigurationTarget.Global);
}

export async function openExample(path: string): Promise<vscode.TextEditor> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder, 'a workspace is open');
    return vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path), { viewColumn: vscode.ViewColumn.One });
}

/** Replaces the only occurrence of `before`. */
export async function replaceText(document: vscode.TextDocument, before: string, after: string): Promise<void> {
    const offset = document.getText().indexOf(before);
    assert.ok(offset >= 0, `the text has ${before}`);
    assert.equal(document.getText().indexOf(before, offset + 1), -1, `the text has ${before} once`);
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + before.length));
    edit.replace(document.uri, range, after);
    assert.ok(await vscode.workspace.applyEdit(edit));
}

export function lineOf(document: vscode.TextDocument, text: string): number {
    const offset = document.getText().indexOf(text);
    assert.ok(offset >= 0, `the text has ${text}`);
    return document.positionAt(offset).line;
}

/** Errors of the language server. Those of a task have no link, and stay in Problems until the task runs again. */
export function errorsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
    return vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ severity, code }) => severity === vscode.DiagnosticSeverity.Error && typeof code === 'object');
}

/** The titles of the code lenses, each with its line. */
export async function lensesOf(document: vscode.TextDocument): Promise<{ line: number; title: string }[]> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100
    );
    return lenses.map((lens) => ({ line: lens.range.start.line, title: lens.command?.title ?? '' }));
}
