/** The language server, its life, and what happens when it does not start or does not stay. */
import * as vscode from 'vscode';
import {
    type BaseLanguageClient,
    CloseAction,
    type CloseHandlerResult,
    type Diagnostic,
    DocumentDiagnosticRequest,
    ErrorAction,
    type LanguageClientOptions,
    RevealOutputChannelOn,
    type ShowDocumentParams,
    type ShowDocumentResult,
    State
} from 'vscode-languageclient';
import {
    type CheckParams,
    checkRequest,
    type CheckState,
    checkStateNotification,
    type InitializationOptions,
    type PolicyResult,
    showLogNotification
} from '../server/lsp/protocol.js';
import { CODE_PAGES } from './code-pages.js';
import { answerFileRequests } from './files.js';
import { offerRestart } from './offer-restart.js';
import { Restarts } from './restarts.js';

/** It is started again after a crash, but not more often than this within the window. */
const MAX_RESTARTS = 4;
const RESTART_WINDOW_MS = 3 * 60_000;

/** Makes the client of a server that is not started yet. */
export type CreateClient = (options: LanguageClientOptions) => BaseLanguageClient;

export class LanguageServer {
    private readonly client: BaseLanguageClient;
    private readonly checkStateChanged = new vscode.EventEmitter<CheckState>();
    private readonly started = new vscode.EventEmitter<void>();
    private readonly stopped = new vscode.EventEmitter<void>();
    private readonly restarts = new Restarts(MAX_RESTARTS, RESTART_WINDOW_MS);
    private hasRun = false;
    private told = false;

    /** Fires for each policy whose results changed. */
    readonly onCheckState = this.checkStateChanged.event;
    /** Fires when the server runs, for the first time or again. */
    readonly onDidStart = this.started.event;
    /** Fires when the server is gone, and with it all that it knew, and when it did not start. */
    readonly onDidStop = this.stopped.event;

    constructor(
        createClient: CreateClient,
        private readonly log: vscode.LogOutputChannel
    ) {
        this.client = createClient(this.clientOptions());
        answerFileRequests(this.client);
        this.client.onNotification(checkStateNotification, (state: CheckState) => this.checkStateChanged.fire(state));
        this.client.onNotification(showLogNotification, () => this.log.show());
        this.client.onDidChangeState(({ newState }) => {
            if (newState === State.Running) {
                this.hasRun = true;
                this.started.fire();
            } else if (newState === State.Stopped) {
                this.stopped.fire();
            }
        });
    }

    /** Never rejects: a server that does not start is told to the author. */
    async start(): Promise<void> {
        try {
            await this.client.start();
        } catch (error) {
            this.log.error(`The language server did not start: ${String(error)}`);
            this.stopped.fire();
            await this.tellOnce(
                vscode.l10n.t('The Guardrail language server did not start, so policies are only highlighted.')
            );
        }
    }

    async stop(): Promise<void> {
        if (this.client.needsStop()) {
            await this.client.stop();
        }
    }

    async restart(): Promise<void> {
        this.restarts.forget();
        this.told = false;
        this.hasRun = false;
        try {
            await this.stop();
        } catch (error) {
            this.log.warn(`The language server did not stop in order: ${String(error)}`);
        }
        await this.start();
    }

    /** The results of the policy as it stands; null if it is none, or has errors. Rejects when there is no server. */
    check(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<PolicyResult | null> {
        const params: CheckParams = { uri: this.client.code2ProtocolConverter.asUri(uri) };
        return this.request<PolicyResult | null>(checkRequest, params, token);
    }

    /** Any other request of the protocol. Rejects when there is no server, and when it cannot answer. */
    request<R>(method: string, params: object, token?: vscode.CancellationToken): Promise<R> {
        // A token that is not there would be sent as a second parameter.
        return token ? this.client.sendRequest<R>(method, params, token) : this.client.sendRequest<R>(method, params);
    }

    /** Calls back for each notification of this kind. */
    onNotification<P>(method: string, handler: (params: P) => void): vscode.Disposable {
        return this.client.onNotification(method, handler);
    }

    /** What the server says of the text of a document. Rejects when there is no server. */
    async diagnostics(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<readonly Diagnostic[]> {
        const textDocument = { uri: this.client.code2ProtocolConverter.asUri(uri) };
        const report = await this.client.sendRequest(DocumentDiagnosticRequest.type, { textDocument }, token);
        return report.kind === 'full' ? report.items : [];
    }

    private clientOptions(): LanguageClientOptions {
        const initializationOptions: InitializationOptions = { codePages: CODE_PAGES, showsLog: true };
        return {
            initializationOptions,
            documentSelector: schemes().map((scheme) => ({ language: 'guardrail', scheme })),
            synchronize: { configurationSection: 'guardrail' },
            diagnosticPullOptions: { onChange: true },
            outputChannel: this.log,
            revealOutputChannelOn: RevealOutputChannelOn.Never,
            initializationFailedHandler: () => false,
            middleware: { window: { showDocument: (params, token, next) => shown(params) ?? next(params, token) } },
            errorHandler: {
                // What is sent to a server that just crashed fails as well. To give up then would keep it from being started
                // again: that its process has ended decides.
                error: () => ({ action: ErrorAction.Continue, handled: true }),
                closed: () => this.closed()
            }
        };
    }

    private closed(): CloseHandlerResult {
        if (this.hasRun && this.restarts.mayRestart(Date.now())) {
            return {
                action: CloseAction.Restart,
                handled: true,
                message: 'The language server stopped; starting it again.'
            };
        }
        void this.tellOnce(
            this.hasRun
                ? vscode.l10n.t(
                      'The Guardrail language server stopped several times and is not started again by itself.'
                  )
                : vscode.l10n.t('The Guardrail language server did not start, so policies are only highlighted.')
        );
        return { action: CloseAction.DoNotRestart, handled: true, message: 'The language server stopped.' };
    }

    /** One message until the author restarts the server, with what to do next. */
    private async tellOnce(message: string): Promise<void> {
        if (this.told) {
            return;
        }
        this.told = true;
        await offerRestart(message);
    }
}

/** A page is shown as one; undefined: it is no page, and the library opens it. */
function shown({ uri }: ShowDocumentParams): Promise<ShowDocumentResult> | undefined {
    const page = vscode.Uri.parse(uri);
    return page.path.endsWith('.md')
        ? Promise.resolve(vscode.commands.executeCommand('markdown.showPreviewToSide', page)).then(() => ({
              success: true
          }))
        : undefined;
}

/** Where policies are: on disk, not saved yet, and in the folders that are open, virtual ones too. What Git compares is not. */
function schemes(): string[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
    return [...new Set(['file', 'untitled', 'vscode-vfs', ...folders])];
}
