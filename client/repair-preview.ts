/** Shows how a repair changes a policy, and makes the change. */
import * as vscode from 'vscode';
import type { Repair } from '../server/lsp/protocol.js';

const SCHEME = 'guardrail-repair';

/** The repaired texts are read-only documents, which only the diff editor shows. */
export class RepairPreview implements vscode.Disposable, vscode.TextDocumentContentProvider {
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.changed.event;
    private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
    private text = '';
    /**
     * The policy that was last compared. Its version is not reliable, because versions start again when the policy is
     * closed.
     */
    private before: string | undefined;

    provideTextDocumentContent(): string {
        return this.text;
    }

    /** Shows the difference in the policy's editor column, without moving the focus. */
    async show(uri: vscode.Uri, repair: Repair, beside: vscode.ViewColumn | undefined): Promise<void> {
        const document = await vscode.workspace.openTextDocument(uri);
        this.text = textAfter(document, repair);
        this.before = document.getText();
        const repaired = uri.with({ scheme: SCHEME });
        this.changed.fire(repaired);
        const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
        const viewColumn =
            shown?.viewColumn ?? (beside === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One);
        await vscode.commands.executeCommand(
            'vscode.diff',
            uri,
            repaired,
            vscode.l10n.t('{0}: the fix (not applied yet)', uri.path.slice(uri.path.lastIndexOf('/') + 1)),
            { viewColumn, preserveFocus: true, preview: true } satisfies vscode.TextDocumentShowOptions
        );
    }

    /** Makes the change that was shown, unless the policy has been edited since. */
    async apply(uri: vscode.Uri, { edits }: Repair): Promise<void> {
        const document = await vscode.workspace.openTextDocument(uri);
        if (document.getText() !== this.before) {
            await this.close();
            void vscode.window.showWarningMessage(
                vscode.l10n.t('The policy was edited after this change was shown. Search for fixes again.')
            );
            return;
        }
        const edit = new vscode.WorkspaceEdit();
        edits.forEach(({ source, text }) => edit.replace(uri, rangeOf(source), text));
        await this.close();
        await vscode.workspace.applyEdit(edit);
    }

    /** Replaces the difference by the policy, because the difference no longer shows what would change. */
    async close(): Promise<void> {
        for (const { group, input } of differences()) {
            // Otherwise the group would close with its only tab, and the session view would take its place.
            await vscode.window.showTextDocument((input as vscode.TabInputTextDiff).original, {
                viewColumn: group.viewColumn,
                preserveFocus: true
            });
        }
        const rest = differences();
        if (rest.length > 0) {
            await vscode.window.tabGroups.close(rest, true);
        }
    }

    dispose(): void {
        this.registration.dispose();
        this.changed.dispose();
    }
}

function differences(): vscode.Tab[] {
    return vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME);
}

function textAfter(document: vscode.TextDocument, { edits }: Repair): string {
    let text = document.getText();
    for (const { source, text: added } of [...edits].reverse()) {
        const { start, end } = rangeOf(source);
        text = text.slice(0, document.offsetAt(start)) + added + text.slice(document.offsetAt(end));
    }
    return text;
}

function rangeOf({ start, end }: Repair['edits'][number]['source']): vscode.Range {
    return new vscode.Range(start.line, start.character, end.line, end.character);
}
