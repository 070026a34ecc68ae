/** A page that shows a session: the current one of a claim, scenario or finding, or a recorded one. */
import * as vscode from 'vscode';
import {
    type DecideAgainParams,
    decideAgainRequest,
    type PictureParams,
    pictureRequest,
    type PolicyPicture,
    type RecordedSession,
    type SessionAgain,
    type ShowSessionParams
} from '../server/lsp/protocol.js';
import type { CheckStates } from './check-states.js';
import type { LanguageServer } from './language-server.js';
import type { RuleHighlight } from './rule-highlight.js';
import { sessionContent } from '../server/wording/session-content.js';
import { sessionMarkdown } from '../server/wording/session-markdown.js';
import type { FromView, SessionContent, ToView } from './trace/messages.js';
import { keepSession, recordedContent, saveSession, saveText } from './trace-files.js';
import { policyIcon, tracePage } from './trace-page.js';

export interface TraceContext {
    readonly extensionUri: vscode.Uri;
    readonly server: LanguageServer;
    readonly checks: CheckStates;
    readonly highlight: RuleHighlight;
}

export class TraceView implements vscode.Disposable {
    private readonly subscriptions: vscode.Disposable[];
    private content: SessionContent | undefined;
    /** False while the page does not exist yet, so that messages would be lost. */
    private ready = false;
    /** True if the session does not change with its policy, but can be decided again by it. */
    private isPinned = false;
    private isDecidedAgain = false;
    private wantsPicture = false;
    /** The last requests to the server, with what cancels them. */
    private asking: {
        readonly again?: vscode.CancellationTokenSource;
        readonly picture?: vscode.CancellationTokenSource;
    } = {};

    constructor(
        private readonly panel: vscode.WebviewPanel,
        private readonly context: TraceContext,
        private readonly hasTitle: boolean
    ) {
        const { extensionUri, checks } = context;
        panel.iconPath = policyIcon(extensionUri);
        const dist = vscode.Uri.joinPath(extensionUri, 'dist');
        panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
        this.subscriptions = [
            panel.webview.onDidReceiveMessage((message: FromView) => void this.receive(message)),
            checks.onDidChange((uri) => {
                if (this.content?.subject.uri && uri.toString() === this.policyUri()?.toString()) {
                    this.policyChanged();
                }
            })
        ];
        panel.webview.html = tracePage(panel.webview, dist);
    }

    /** Shows the session, and follows its changes with the policy from then on. */
    follow(subject: ShowSessionParams, before?: SessionContent): void {
        if (before) {
            this.content = before;
        }
        if (!isSame(subject, this.content?.subject)) {
            this.content = undefined;
            this.context.highlight.clear();
        }
        this.isPinned = false;
        this.isDecidedAgain = false;
        const uri = vscode.Uri.parse(subject.uri);
        this.content = sessionContent(subject, this.context.checks.get(uri), this.content && live(this.content));
        this.send();
        if (this.context.checks.get(uri)?.state !== 'done') {
            void this.checkNow(uri, subject);
        }
    }

    /** Shows a session from a file unchanged. */
    showRecorded(session: RecordedSession, file: string): void {
        this.content = recordedContent(session, file);
        this.isPinned = true;
        this.send();
    }

    dispose(): void {
        this.asking.again?.cancel();
        this.asking.picture?.cancel();
        this.context.highlight.clear();
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private policyUri(): vscode.Uri | undefined {
        return this.content?.subject.uri ? vscode.Uri.parse(this.content.subject.uri) : undefined;
    }

    /** The answer also arrives as a notification, so only its absence is handled here. */
    private async checkNow(uri: vscode.Uri, subject: ShowSessionParams): Promise<void> {
        const { checks } = this.context;
        const state = await checks.check(uri).then(
            (result) => (result ? undefined : ({ state: 'invalid' } as const)),
            (error: unknown) =>
                ({
                    state: 'failed',
                    message: vscode.l10n.t('The policy could not be checked: {0}', String(error))
                }) as const
        );
        if (state && !this.isPinned && isSame(subject, this.content?.subject) && !checks.get(uri)) {
            this.content = sessionContent(subject, { uri: subject.uri, version: 0, ...state }, this.content);
            this.send();
        }
    }

    private policyChanged(): void {
        const uri = this.policyUri()!;
        const state = this.context.checks.get(uri);
        if (this.content && !this.isPinned) {
            this.content = sessionContent(this.content.subject, state, this.content);
            this.send();
        }
        const isSettled = state?.state !== 'checking' && state?.state !== 'cancelled';
        if (isSettled && this.isDecidedAgain) {
            void this.decideAgain();
        }
        if (isSettled && this.wantsPicture) {
            void this.sendPicture();
        }
    }

    private send(): void {
        if (!this.content) {
            return;
        }
        if (this.hasTitle) {
            const { subject, title } = this.content;
            // The title of a finding is a sentence.
            this.panel.title = vscode.l10n.t('Session: {0}', subject.kind === 'finding' ? subject.name : title);
        }
        if (!this.content.trace) {
            this.context.highlight.clear();
        }
        this.post({ type: 'content', content: this.content });
    }

    private post(message: ToView): void {
        if (this.ready) {
            void this.panel.webview.postMessage(message);
        }
    }

    private async receive(message: FromView): Promise<void> {
        const { highlight, server } = this.context;
        switch (message.type) {
            case 'ready':
                this.ready = true;
                this.send();
                return;
            case 'reveal':
                await highlight.show(message.source, message.focus, this.panel.viewColumn);
                return;
            case 'unreveal':
                highlight.clear();
                return;
            case 'again':
                this.replay(message.on);
                return;
            case 'picture':
                this.wantsPicture = message.on;
                if (message.on) {
                    await this.sendPicture();
                }
                return;
            case 'saveSvg':
                await saveText(message.name, 'svg', message.svg, this.policyUri());
                return;
            case 'copyMarkdown':
                if (this.content) {
                    await vscode.env.clipboard.writeText(sessionMarkdown(this.content));
                    this.post({ type: 'done', what: 'copy', text: vscode.l10n.t('Copied') });
                }
                return;
            case 'save':
                if (this.content && (await saveSession(server, this.content))) {
                    this.post({ type: 'done', what: 'save', text: vscode.l10n.t('Saved') });
                }
                return;
            case 'keep':
                if (this.content && (await keepSession(server, this.content, this.panel.viewColumn))) {
                    this.post({ type: 'done', what: 'keep', text: vscode.l10n.t('Added') });
                }
        }
    }

    /** Pins the current session, or the one that was shown before it was repaired; or follows the policy again. */
    private replay(on: boolean): void {
        const { content } = this;
        const trace = content?.trace ?? content?.repaired;
        if (!content || !trace) {
            return;
        }
        this.isDecidedAgain = on;
        if (on) {
            if (!this.isPinned) {
                this.isPinned = true;
                this.content = pinned(content, trace);
            }
            void this.decideAgain();
        } else if (content.file === undefined) {
            this.follow(content.subject);
        } else {
            const { again: _again, note: _note, ...recorded } = content;
            this.content = recorded;
            this.send();
        }
    }

    private async decideAgain(): Promise<void> {
        const { content } = this;
        if (!content?.trace) {
            return;
        }
        const { steps, start } = content.trace;
        const params: DecideAgainParams = {
            uri: content.subject.uri,
            trace: { steps, ...(start && { start }) }
        };
        const asked = this.ask('again');
        const answer = await this.context.server
            .request<SessionAgain | null>(decideAgainRequest, params, asked.token)
            .catch((error: unknown) => String(error instanceof Error ? error.message : error));
        if (asked.token.isCancellationRequested || !this.isDecidedAgain) {
            return;
        }
        const { again: before, note: _note, ...rest } = content;
        this.content =
            answer !== null && typeof answer !== 'string'
                ? { ...rest, again: answer }
                : {
                      ...rest,
                      again: before ?? { policy: content.policy, steps: [], facts: [] },
                      note: answer ?? NO_POLICY()
                  };
        this.send();
    }

    private async sendPicture(): Promise<void> {
        const uri = this.content?.subject.uri;
        if (!uri) {
            const problem = vscode.l10n.t('The file does not say which policy the session belongs to.');
            this.post({ type: 'picture', problem });
            return;
        }
        const params: PictureParams = { uri };
        const asked = this.ask('picture');
        const answer = await this.context.server
            .request<PolicyPicture | null>(pictureRequest, params, asked.token)
            .catch((error: unknown) => String(error instanceof Error ? error.message : error));
        if (!asked.token.isCancellationRequested) {
            this.post(
                answer !== null && typeof answer !== 'string'
                    ? { type: 'picture', picture: answer }
                    : { type: 'picture', problem: answer ?? NO_POLICY() }
            );
        }
    }

    /** A newer request cancels the previous one. */
    private ask(what: 'again' | 'picture'): vscode.CancellationTokenSource {
        this.asking[what]?.cancel();
        const source = new vscode.CancellationTokenSource();
        this.asking = { ...this.asking, [what]: source };
        return source;
    }
}

const NO_POLICY = (): string =>
    vscode.l10n.t('The policy is gone or has errors. The session is decided again once it has none.');

function pinned(
    { repaired: _repaired, basis: _basis, note: _note, ...content }: SessionContent,
    trace: NonNullable<SessionContent['trace']>
): SessionContent {
    return { ...content, trace, problems: [], summary: trace.summary, freshness: 'recorded' };
}

/** The content of the view before it was pinned. */
function live({ again: _again, ...content }: SessionContent): SessionContent {
    return content;
}

function isSame(a: ShowSessionParams, b: ShowSessionParams | undefined): boolean {
    return a.uri === b?.uri && a.kind === b.kind && a.name === b.name && a.message === b.message;
}
