/** Highlights the rule of the selected step in the editor next to the trace view. */
import * as vscode from 'vscode';
import type { ClaimResult } from '../server/lsp/protocol.js';

type Source = ClaimResult['source'];

export class RuleHighlight implements vscode.Disposable {
    private readonly decoration = vscode.window.createTextEditorDecorationType({
        isWholeLine: true,
        backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
        overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
        overviewRulerLane: vscode.OverviewRulerLane.Full
    });

    /**
     * Shows a place in the editor.
     * @param beside the column that the editor must not cover
     * @param focus true if the editor gets the focus
     */
    async show(source: Source, focus: boolean, beside: vscode.ViewColumn | undefined): Promise<void> {
        const uri = vscode.Uri.parse(source.uri);
        const range = new vscode.Range(
            source.start.line,
            source.start.character,
            source.end.line,
            source.end.character
        );
        const editor = await vscode.window.showTextDocument(uri, {
            viewColumn: columnFor(uri, beside),
            preserveFocus: !focus,
            preview: true,
            ...(focus && { selection: new vscode.Range(range.start, range.start) })
        });
        editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        this.clear();
        editor.setDecorations(this.decoration, [range]);
    }

    clear(): void {
        vscode.window.visibleTextEditors.forEach((editor) => editor.setDecorations(this.decoration, []));
    }

    dispose(): void {
        this.decoration.dispose();
    }
}

/** Shows the file where it is already shown, otherwise next to another editor, and never over the trace view. */
function columnFor(uri: vscode.Uri, beside: vscode.ViewColumn | undefined): vscode.ViewColumn {
    const others = vscode.window.visibleTextEditors.filter((editor) => editor.viewColumn !== beside);
    const shown = others.find((editor) => editor.document.uri.toString() === uri.toString());
    return (
        shown?.viewColumn ??
        others[0]?.viewColumn ??
        (beside === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One)
    );
}
