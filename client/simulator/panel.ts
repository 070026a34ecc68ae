/**
 * The panel of the simulator, which is a single one next to the editor. It keeps the lines of the session; the server
 * plays them.
 */
import * as vscode from 'vscode';
import {
    type KeptScenario,
    keepScenarioRequest,
    type PlayedSession,
    type PlayParams,
    playRequest,
    type SessionLines,
    sessionLinesRequest,
    type ShowSessionParams
} from '../../server/lsp/protocol.js';
import type { CheckStates } from '../check-states.js';
import type { LanguageServer } from '../language-server.js';
import { RuleHighlight } from '../rule-highlight.js';
import { policyIcon, tracePage } from '../trace-page.js';
import type { SavedSimulator, SimulatorContent, SimulatorFromView, SimulatorToView } from './messages.js';

export const SIMULATOR_VIEW = 'guardrail.simulator';

export class SimulatorPanel implements vscode.Disposable, vscode.WebviewPanelSerializer<SavedSimulator> {
    private readonly highlight = new RuleHighlight();
    private readonly subscriptions: vscode.Disposable[];
    private panel: vscode.WebviewPanel | undefined;
    private uri: vscode.Uri | undefined;
    private lines: readonly string[] = [];
    private content: SimulatorContent | undefined;
    /** The number of the latest request; answers to earlier ones are ignored. */
    private turn = 0;

    constructor(
        private readonly extensionUri: vscode.Uri,
        private readonly server: LanguageServer,
        checks: CheckStates
    ) {
        this.subscriptions = [
            this.highlight,
            vscode.window.registerWebviewPanelSerializer(SIMULATOR_VIEW, this),
            checks.onDidChange((changed) => {
                const state = checks.get(changed)?.state;
                if (changed.toString() === this.uri?.toString() && (state === 'done' || state === 'invalid')) {
                    void this.play(this.lines, true);
                }
            })
        ];
    }

    /** Shows a new session of the policy, or an existing one to continue from. */
    async show(uri: vscode.Uri, session?: ShowSessionParams): Promise<void> {
        const known = session && (await this.server.request<SessionLines | null>(sessionLinesRequest, session));
        if (this.panel) {
            this.panel.reveal(undefined, true);
        } else {
            this.adopt(
                vscode.window.createWebviewPanel(
                    SIMULATOR_VIEW,
                    vscode.l10n.t('Simulator'),
                    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
                    { enableFindWidget: true }
                )
            );
        }
        this.uri = uri;
        await this.play(known?.lines.map(({ line }) => line) ?? []);
    }

    async deserializeWebviewPanel(panel: vscode.WebviewPanel, saved: SavedSimulator | undefined): Promise<void> {
        if (this.panel || !saved) {
            panel.dispose();
            return;
        }
        this.adopt(panel);
        this.uri = vscode.Uri.parse(saved.uri);
        await this.play(saved.lines);
    }

    dispose(): void {
        this.panel?.dispose();
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private adopt(panel: vscode.WebviewPanel): void {
        this.panel = panel;
        panel.iconPath = policyIcon(this.extensionUri);
        const dist = vscode.Uri.joinPath(this.extensionUri, 'dist');
        panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
        panel.webview.onDidReceiveMessage((message: SimulatorFromView) => void this.receive(message));
        panel.onDidDispose(() => {
            this.panel = undefined;
            this.uri = undefined;
            this.content = undefined;
            this.highlight.clear();
        });
        panel.webview.html = tracePage(panel.webview, dist, 'simulator');
    }

    private async receive(message: SimulatorFromView): Promise<void> {
        switch (message.type) {
            case 'ready':
                this.send();
                return;
            case 'add':
                await this.play([...this.played(), message.line.trim()]);
                return;
            case 'undo':
                await this.play(this.lines.length > this.played().length ? this.played() : this.lines.slice(0, -1));
                return;
            case 'restart':
                await this.play([]);
                return;
            case 'keep':
                await this.keep();
                return;
            case 'reveal':
                await this.highlight.show(message.source, message.focus, this.panel?.viewColumn);
        }
    }

    private played(): readonly string[] {
        return this.content?.session.steps.map(({ line }) => line) ?? [];
    }

    /**
     * Continues with these lines, or with those before the invalid one; after an edit of the policy, the others wait
     * for the next edit.
     */
    private async play(lines: readonly string[], isEdit = false): Promise<void> {
        const { uri } = this;
        const turn = ++this.turn;
        if (!uri) {
            return;
        }
        if (this.content) {
            this.content = { ...this.content, isBusy: true };
            this.send();
        }
        const session = await this.ask(uri, lines);
        if (turn !== this.turn || !session) {
            return;
        }
        const line = session.problem?.line;
        // Without `line`, the policy itself cannot be read now, so the session waits for it.
        this.lines = isEdit || (session.problem && line === undefined) ? lines : session.steps.map((step) => step.line);
        const shown =
            line === undefined && session.problem && this.content
                ? { ...this.content.session, problem: session.problem }
                : session;
        const rejected = line === undefined ? undefined : lines[line];
        this.content = {
            uri: uri.toString(),
            session: shown,
            isBusy: false,
            ...(rejected !== undefined && { rejected })
        };
        this.send();
    }

    private async ask(uri: vscode.Uri, lines: readonly string[]): Promise<PlayedSession | undefined> {
        const params: PlayParams = { uri: uri.toString(), lines, offers: true, claims: true };
        try {
            return (await this.server.request<PlayedSession | null>(playRequest, params)) ?? undefined;
        } catch {
            const restart = vscode.l10n.t('Restart Server');
            const choice = await vscode.window.showErrorMessage(
                vscode.l10n.t('The session could not be played.'),
                restart
            );
            if (choice === restart) {
                await vscode.commands.executeCommand('guardrail.restartServer');
            }
            return undefined;
        }
    }

    /** Writes the scenario at the end of the policy, and shows it there. */
    private async keep(): Promise<void> {
        const { uri, lines } = this;
        const name = await vscode.window.showInputBox({
            title: vscode.l10n.t('Keep as scenario'),
            prompt: vscode.l10n.t('What the session shows'),
            value: vscode.l10n.t('a session played by hand'),
            validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a name for the scenario.') : undefined)
        });
        if (!uri || name === undefined) {
            return;
        }
        const document = await vscode.workspace.openTextDocument(uri);
        const kept = await this.server.request<KeptScenario | null>(keepScenarioRequest, {
            uri: uri.toString(),
            lines,
            name
        });
        if (!kept) {
            void vscode.window.showWarningMessage(
                vscode.l10n.t('The session no longer fits the policy: fix the policy, or start the session again.')
            );
            return;
        }
        const edit = new vscode.WorkspaceEdit();
        const place = document.positionAt(kept.offset);
        edit.insert(uri, place, kept.text);
        await vscode.workspace.applyEdit(edit);
        const editor = await vscode.window.showTextDocument(document, {
            viewColumn: vscode.ViewColumn.One,
            preserveFocus: true
        });
        const end = document.positionAt(kept.offset + kept.text.length);
        editor.revealRange(new vscode.Range(place, end));
    }

    private send(): void {
        if (this.panel && this.content) {
            const message: SimulatorToView = { type: 'simulator', content: this.content };
            void this.panel.webview.postMessage(message);
        }
    }
}
