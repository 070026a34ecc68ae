/** The panel of the trace view: one, beside the editor, for the claim, scenario or finding that was asked for last. */
import * as vscode from 'vscode';
import type { ShowSessionParams } from '../server/lsp/protocol.js';
import type { CheckStates } from './check-states.js';
import { RuleHighlight } from './rule-highlight.js';
import { sessionContent } from './trace/content.js';
import { sessionMarkdown } from './trace/markdown.js';
import type { FromView, SavedView, SessionContent, ToView } from './trace/messages.js';
import { tracePage } from './trace-page.js';

const VIEW_TYPE = 'guardrail.trace';

export class TracePanel implements vscode.Disposable, vscode.WebviewPanelSerializer<SavedView> {
    private readonly highlight = new RuleHighlight();
    private readonly subscriptions: vscode.Disposable[];
    private panel: vscode.WebviewPanel | undefined;
    private content: SessionContent | undefined;
    /** Messages before this are lost: the page is not there yet. */
    private ready = false;

    constructor(
        private readonly extensionUri: vscode.Uri,
        private readonly checks: CheckStates
    ) {
        this.subscriptions = [
            this.highlight,
            checks.onDidChange((uri) => {
                if (this.content && uri.toString() === vscode.Uri.parse(this.content.subject.uri).toString()) {
                    this.update();
                }
            }),
            vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this)
        ];
    }

    /** Shows the session, and from then on how it changes with the policy. */
    show(subject: ShowSessionParams): void {
        if (this.panel) {
            this.panel.reveal(undefined, true);
        } else {
            this.adopt(
                vscode.window.createWebviewPanel(
                    VIEW_TYPE,
                    'Session',
                    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
                    { enableFindWidget: true }
                )
            );
        }
        this.follow(subject);
    }

    /** After a reload of the window: as it was, until the checker has answered anew. */
    deserializeWebviewPanel(panel: vscode.WebviewPanel, saved: SavedView | undefined): Promise<void> {
        if (this.panel || !saved) {
            panel.dispose();
        } else {
            this.adopt(panel);
            this.content = saved.content;
            this.follow(saved.content.subject);
        }
        return Promise.resolve();
    }

    dispose(): void {
        this.panel?.dispose();
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private adopt(panel: vscode.WebviewPanel): void {
        this.panel = panel;
        this.ready = false;
        const icons = vscode.Uri.joinPath(this.extensionUri, 'client', 'icons');
        panel.iconPath = {
            light: vscode.Uri.joinPath(icons, 'policy-light.svg'),
            dark: vscode.Uri.joinPath(icons, 'policy-dark.svg')
        };
        const dist = vscode.Uri.joinPath(this.extensionUri, 'dist');
        panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
        panel.webview.onDidReceiveMessage((message: FromView) => this.receive(message));
        panel.onDidDispose(() => {
            this.panel = undefined;
            this.content = undefined;
            this.highlight.clear();
        });
        panel.webview.html = tracePage(panel.webview, dist);
    }

    private follow(subject: ShowSessionParams): void {
        if (!isSame(subject, this.content?.subject)) {
            this.content = undefined;
            this.highlight.clear();
        }
        const uri = vscode.Uri.parse(subject.uri);
        this.content = sessionContent(subject, this.checks.get(uri), this.content);
        this.send();
        if (this.checks.get(uri)?.state !== 'done') {
            void this.checkNow(uri, subject);
        }
    }

    /** The answer comes as a notification too; only its absence is looked at here. */
    private async checkNow(uri: vscode.Uri, subject: ShowSessionParams): Promise<void> {
        const state = await this.checks.check(uri).then(
            (result) => (result ? undefined : ({ state: 'invalid' } as const)),
            (error: unknown) =>
                ({ state: 'failed', message: `The policy could not be checked: ${String(error)}` }) as const
        );
        if (state && isSame(subject, this.content?.subject) && !this.checks.get(uri)) {
            this.content = sessionContent(subject, { uri: subject.uri, version: 0, ...state }, this.content);
            this.send();
        }
    }

    private update(): void {
        if (this.content) {
            const { subject } = this.content;
            this.content = sessionContent(subject, this.checks.get(vscode.Uri.parse(subject.uri)), this.content);
            this.send();
        }
    }

    private send(): void {
        if (this.panel && this.content) {
            this.panel.title = `Session: ${this.content.title}`;
            if (!this.content.trace) {
                this.highlight.clear();
            }
            if (this.ready) {
                void this.panel.webview.postMessage({ type: 'content', content: this.content } satisfies ToView);
            }
        }
    }

    private receive(message: FromView): void {
        switch (message.type) {
            case 'ready':
                this.ready = true;
                this.send();
                return;
            case 'reveal':
                void this.highlight.show(message.source, message.focus, this.panel?.viewColumn);
                return;
            case 'unreveal':
                this.highlight.clear();
                return;
            case 'copyMarkdown':
                void this.copy();
        }
    }

    private async copy(): Promise<void> {
        if (this.content) {
            await vscode.env.clipboard.writeText(sessionMarkdown(this.content));
            await this.panel?.webview.postMessage({ type: 'copied' } satisfies ToView);
        }
    }
}

function isSame(a: ShowSessionParams, b: ShowSessionParams | undefined): boolean {
    return a.uri === b?.uri && a.kind === b.kind && a.name === b.name && a.message === b.message;
}
