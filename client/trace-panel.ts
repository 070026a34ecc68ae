/**
 * The panel of the trace view, which is a single one next to the editor, for the most recently requested claim,
 * scenario or finding.
 */
import * as vscode from 'vscode';
import type { ShowSessionParams } from '../server/lsp/protocol.js';
import type { SavedView } from './trace/messages.js';
import type { TraceContext } from './trace-view.js';
import { TraceView } from './trace-view.js';

const VIEW_TYPE = 'guardrail.trace';

export class TracePanel implements vscode.Disposable, vscode.WebviewPanelSerializer<SavedView> {
    private readonly serializer: vscode.Disposable;
    private shown: { readonly panel: vscode.WebviewPanel; readonly view: TraceView } | undefined;

    constructor(private readonly context: TraceContext) {
        this.serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
    }

    /** Shows the session, and follows its changes with the policy from then on. */
    show(subject: ShowSessionParams): void {
        if (this.shown) {
            this.shown.panel.reveal(undefined, true);
        }
        const view =
            this.shown?.view ??
            this.adopt(
                vscode.window.createWebviewPanel(
                    VIEW_TYPE,
                    vscode.l10n.t('Session'),
                    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
                    { enableFindWidget: true }
                )
            );
        view.follow(subject);
    }

    /**
     * Restores the panel after a reload of the window. It shows its previous state until the checker has answered
     * again.
     */
    deserializeWebviewPanel(panel: vscode.WebviewPanel, saved: SavedView | undefined): Promise<void> {
        if (this.shown || !saved) {
            panel.dispose();
        } else {
            this.adopt(panel).follow(saved.content.subject, saved.content);
        }
        return Promise.resolve();
    }

    dispose(): void {
        this.shown?.panel.dispose();
        this.serializer.dispose();
    }

    private adopt(panel: vscode.WebviewPanel): TraceView {
        const view = new TraceView(panel, this.context, true);
        this.shown = { panel, view };
        panel.onDidDispose(() => {
            this.shown = undefined;
            view.dispose();
        });
        return view;
    }
}
