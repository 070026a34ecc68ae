/** A page that shows a session: the current one of a claim, scenario or finding, or a recorded one. */
import * as vscode from 'vscode';
import {
    checkCommand,
    type DecideAgainParams,
    decideAgainRequest,
    type DiagramParams,
    diagramRequest,
    type PolicyDiagram,
    type ReasonsParams,
    reasonsRequest,
    type RecordedSession,
    type RepairResult,
    type RepairsParams,
    repairsRequest,
    type SessionAgain,
    type SessionReasons,
    type ShowSessionParams
} from '../server/lsp/protocol.js';
import type { CheckStates } from './check-states.js';
import type { LanguageServer } from './language-server.js';
import type { RuleHighlight } from './rule-highlight.js';
import { sessionContent } from '../server/wording/session-content.js';
import { sessionMarkdown } from '../server/wording/session-markdown.js';
import type { RepairPreview } from './repair-preview.js';
import type { SessionMarks } from './session-marks.js';
import type { FromView, RepairsState, SessionContent, ToView } from './trace/messages.js';
import { keepSession, recordedContent, saveSession, saveText } from './trace-files.js';
import { policyIcon, tracePage } from './trace-page.js';

export interface TraceContext {
    readonly extensionUri: vscode.Uri;
    readonly server: LanguageServer;
    readonly checks: CheckStates;
    readonly highlight: RuleHighlight;
    readonly preview: RepairPreview;
    readonly marks: SessionMarks;
}

export class TraceView implements vscode.Disposable {
    private readonly subscriptions: vscode.Disposable[];
    private content: SessionContent | undefined;
    /** False while the page does not exist yet, so that messages would be lost. */
    private ready = false;
    /** True if the session does not change with its policy, but can be decided again by it. */
    private isRecorded = false;
    /** The claims and scenarios where the cursor moved last. */
    private atCursor: readonly ShowSessionParams[] = [];
    private isPinned = false;
    /** The repairs that the page shows; undefined if it shows none. */
    private repairs: RepairsState | undefined;
    /** The version of the policy that the repairs belong to. */
    private repairsOf: number | undefined;
    private isDecidedAgain = false;
    private wantsPicture = false;
    /** The session whose reasons were requested last, and the reasons. */
    private explained: SessionContent['trace'];
    private reasons: SessionReasons | undefined;
    /** The last requests to the server, with the sources that cancel them. */
    private asking: {
        readonly again?: vscode.CancellationTokenSource;
        readonly picture?: vscode.CancellationTokenSource;
        readonly repairs?: vscode.CancellationTokenSource;
        readonly reasons?: vscode.CancellationTokenSource;
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
            this.showRepairs(undefined);
            this.context.highlight.clear();
        }
        this.isRecorded = false;
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
        this.isRecorded = true;
        this.send();
    }

    /** Follows the cursor to another claim or scenario, unless the view is pinned. */
    followCursor(subjects: readonly ShowSessionParams[]): void {
        this.atCursor = subjects;
        const isHere = subjects.some((subject) => isSame(subject, this.content?.subject));
        if (subjects[0] && !isHere && !this.isPinned && !this.isRecorded) {
            this.follow(subjects[0]);
        }
    }

    /** Searches for repairs of the claim, and shows them in the page. */
    async fix(): Promise<void> {
        const { content } = this;
        if (content?.subject.kind !== 'claim') {
            return;
        }
        this.showRepairs({});
        const { uri, name } = content.subject;
        const params: RepairsParams = { uri, claim: name };
        const asked = this.ask('repairs');
        const answer = await this.context.server
            .request<RepairResult | null>(repairsRequest, params, asked.token)
            .catch((error: unknown) => String(error instanceof Error ? error.message : error));
        if (asked.token.isCancellationRequested) {
            return;
        }
        const problem =
            typeof answer === 'string'
                ? answer
                : answer === null
                  ? vscode.l10n.t('The claim is not violated now, or the policy was edited in the meantime.')
                  : answer.reason;
        this.repairsOf = this.context.checks.get(vscode.Uri.parse(uri))?.version;
        const repairs = answer !== null && typeof answer !== 'string' ? answer.repairs : [];
        this.showRepairs({ repairs, ...(repairs.length === 0 && problem !== undefined && { problem }) });
    }

    dispose(): void {
        Object.values(this.asking).forEach((source) => source.cancel());
        this.context.highlight.clear();
        this.context.marks.show(undefined);
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
        if (state && !this.isRecorded && isSame(subject, this.content?.subject) && !checks.get(uri)) {
            this.content = sessionContent(subject, { uri: subject.uri, version: 0, ...state }, this.content);
            this.send();
        }
    }

    private policyChanged(): void {
        const uri = this.policyUri()!;
        const state = this.context.checks.get(uri);
        if (this.content && !this.isRecorded) {
            this.content = sessionContent(this.content.subject, state, this.content);
            this.send();
        }
        if (this.repairs?.repairs && state?.version !== this.repairsOf) {
            // The repairs belong to the previous text.
            this.showRepairs(undefined);
            void this.context.preview.close();
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
        const { trace, freshness, subject } = this.content;
        this.context.marks.show(freshness === 'current' ? trace : undefined);
        if (trace !== this.explained && freshness === 'current' && subject.uri !== '') {
            void this.explain(this.content);
        }
    }

    /** Sends the reasons why no rule stopped the calls, for a session that the policy still has. */
    private async explain({ trace, subject }: SessionContent): Promise<void> {
        this.explained = trace;
        if (!trace) {
            return;
        }
        const { steps, start } = trace;
        const params: ReasonsParams = {
            uri: subject.uri,
            trace: { steps, ...(start && { start }) },
            ...(subject.kind === 'claim' && { claim: subject.name })
        };
        const asked = this.ask('reasons');
        const reasons = await this.context.server
            .request<SessionReasons | null>(reasonsRequest, params, asked.token)
            .catch(() => null);
        if (reasons && !asked.token.isCancellationRequested) {
            this.reasons = reasons;
            this.post({ type: 'reasons', reasons });
        }
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
                this.post({ type: 'pin', on: this.isPinned });
                this.send();
                this.showRepairs(this.repairs);
                if (this.reasons && this.explained === this.content?.trace) {
                    this.post({ type: 'reasons', reasons: this.reasons });
                }
                return;
            case 'reveal':
                await highlight.show(message.source, message.focus, this.panel.viewColumn);
                return;
            case 'unreveal':
                highlight.clear();
                return;
            case 'fix':
                if (message.on) {
                    await this.fix();
                } else {
                    this.asking.repairs?.cancel();
                    this.showRepairs(undefined);
                    await this.context.preview.close();
                }
                return;
            case 'previewRepair':
                await this.previewRepair(message.repair);
                return;
            case 'applyRepair':
                await this.applyRepair(message.repair);
                return;
            case 'pin':
                this.isPinned = message.on;
                this.post({ type: 'pin', on: message.on });
                this.followCursor(this.atCursor);
                return;
            case 'limits':
                await vscode.commands.executeCommand('workbench.action.openSettings', 'guardrail.check');
                return;
            case 'check':
                await vscode.commands.executeCommand(checkCommand, this.content?.subject.uri);
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

    /** Keeps the current session, or the one that was shown before it was repaired; or follows the policy again. */
    private replay(on: boolean): void {
        const { content } = this;
        const trace = content?.trace ?? content?.repaired;
        if (!content || !trace) {
            return;
        }
        this.isDecidedAgain = on;
        if (on) {
            if (!this.isRecorded) {
                this.isRecorded = true;
                this.content = recorded(content, trace);
            }
            void this.decideAgain();
        } else if (content.file === undefined) {
            this.follow(content.subject);
        } else {
            const { again: _again, note: _note, ...alone } = content;
            this.content = alone;
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

    private showRepairs(repairs: RepairsState | undefined): void {
        this.repairs = repairs;
        this.post({ type: 'repairs', ...(repairs && { repairs }) });
    }

    private async previewRepair(number: number): Promise<void> {
        const repair = this.repairs?.repairs?.[number];
        const uri = this.policyUri();
        if (repair && uri) {
            await this.context.preview.show(uri, repair, this.panel.viewColumn);
            this.showRepairs({ ...this.repairs, previewed: number });
        }
    }

    private async applyRepair(number: number): Promise<void> {
        const repair = this.repairs?.previewed === number ? this.repairs.repairs?.[number] : undefined;
        const uri = this.policyUri();
        if (repair && uri) {
            this.showRepairs(undefined);
            await this.context.preview.apply(uri, repair);
        }
    }

    private async sendPicture(): Promise<void> {
        const uri = this.content?.subject.uri;
        if (!uri) {
            const problem = vscode.l10n.t('The file does not say which policy the session belongs to.');
            this.post({ type: 'picture', problem });
            return;
        }
        const params: DiagramParams = { uri };
        const asked = this.ask('picture');
        const answer = await this.context.server
            .request<PolicyDiagram | null>(diagramRequest, params, asked.token)
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
    private ask(what: keyof TraceView['asking']): vscode.CancellationTokenSource {
        this.asking[what]?.cancel();
        const source = new vscode.CancellationTokenSource();
        this.asking = { ...this.asking, [what]: source };
        return source;
    }
}

const NO_POLICY = (): string =>
    vscode.l10n.t('The policy no longer exists or has errors. The session is decided again once the errors are fixed.');

function recorded(
    { repaired: _repaired, basis: _basis, note: _note, ...content }: SessionContent,
    trace: NonNullable<SessionContent['trace']>
): SessionContent {
    return { ...content, trace, problems: [], summary: trace.summary, freshness: 'recorded' };
}

/** The content of the view before its session was decided again. */
function live({ again: _again, ...content }: SessionContent): SessionContent {
    return content;
}

function isSame(a: ShowSessionParams, b: ShowSessionParams | undefined): boolean {
    return a.uri === b?.uri && a.kind === b.kind && a.name === b.name && a.message === b.message;
}
