/**
 * The panel of the trace view, which is a single one next to the editor, for the most recently requested claim,
 * scenario or finding. It follows the cursor to other claims and scenarios, unless it is pinned.
 */
import * as vscode from 'vscode';
import type { RecordedSession, ShowSessionParams } from '../server/lsp/protocol.js';
import type { Policies } from './policies.js';
import type { SavedView } from './trace/messages.js';
import type { TraceContext } from './trace-view.js';
import { TraceView } from './trace-view.js';

const VIEW_TYPE = 'guardrail.trace';

/** The time for which the cursor must rest before the view follows it. */
const REST_MS = 200;

export class TracePanel implements vscode.Disposable, vscode.WebviewPanelSerializer<SavedView> {
    private readonly subscriptions: readonly vscode.Disposable[];
    private shown: { readonly panel: vscode.WebviewPanel; readonly view: TraceView } | undefined;

    constructor(
        private readonly context: TraceContext,
        private readonly policies: Policies
    ) {
        let timer: ReturnType<typeof setTimeout> | undefined;
        this.subscriptions = [
            vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
            vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [selection], kind }) => {
                clearTimeout(timer);
                // The view itself selects the rules of its steps, which is not a movement of the cursor.
                if (kind !== undefined && selection && this.shown?.panel.visible) {
                    timer = setTimeout(
                        () => this.followCursor(textEditor.document.uri, selection.active.line),
                        REST_MS
                    );
                }
            }),
            { dispose: () => clearTimeout(timer) }
        ];
    }

    /**
     * Shows the session, and follows its changes with the policy from then on.
     *
     * @param wantsFix true to look for repairs of the claim
     */
    show(subject: ShowSessionParams, wantsFix = false): void {
        const view = this.open();
        view.follow(subject);
        if (wantsFix) {
            void view.fix();
        }
    }

    /** Shows a session that does not change with its policy. @param origin where it comes from */
    showRecorded(session: RecordedSession, origin: string): void {
        this.open().showRecorded(session, origin);
    }

    /** The claims and scenarios at the line; several if a pack brings them. */
    private followCursor(uri: vscode.Uri, line: number): void {
        const tests = this.policies.get(uri)?.tests ?? [];
        this.shown?.view.followCursor(
            tests
                .filter(({ source: { start, end } }) => start.line <= line && line <= end.line)
                .map(({ kind, name }) => ({ uri: uri.toString(), kind, name }))
        );
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
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private open(): TraceView {
        this.shown?.panel.reveal(undefined, true);
        return (
            this.shown?.view ??
            this.adopt(
                vscode.window.createWebviewPanel(
                    VIEW_TYPE,
                    vscode.l10n.t('Session'),
                    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
                    { enableFindWidget: true }
                )
            )
        );
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
