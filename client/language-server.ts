/** Manages the life cycle of the language server, including failed starts and crashes. */
import * as vscode from 'vscode';
import type { BaseLanguageClient, Diagnostic, DocumentDiagnosticReport } from 'vscode-languageclient';
import {
    type CheckParams,
    checkRequest,
    type CheckState,
    type PolicyResult,
    type PolicyTests
} from '../server/lsp/protocol.js';
import type { ClientOwner } from './language-client.js';
import { offerRestart } from './offer-restart.js';
import { Restarts } from './restarts.js';

/** The maximum number of restarts after crashes within the window. */
const MAX_RESTARTS = 4;
const RESTART_WINDOW_MS = 3 * 60_000;

/**
 * The time that it may take to stop before another one is started. If it ended later, it would end the other one too.
 */
const STOP_MS = 10_000;

export class LanguageServer {
    private readonly checkStateChanged = new vscode.EventEmitter<CheckState>();
    private readonly testsChanged = new vscode.EventEmitter<PolicyTests>();
    private readonly packsChanged = new vscode.EventEmitter<void>();
    private readonly started = new vscode.EventEmitter<void>();
    private readonly stopped = new vscode.EventEmitter<void>();
    private readonly restarts = new Restarts(MAX_RESTARTS, RESTART_WINDOW_MS);
    private client: Promise<BaseLanguageClient> | undefined;
    private starting: Promise<void> | undefined;
    private hasRun = false;
    private told = false;
    private isLeft = false;

    /** Fires for each policy whose results changed. */
    readonly onCheckState = this.checkStateChanged.event;
    /** Fires for each policy with other claims or scenarios. */
    readonly onTests = this.testsChanged.event;
    /** Fires when an installed package may have changed. */
    readonly onPacks = this.packsChanged.event;
    /** Fires when the server is running, for the first time or again. */
    readonly onDidStart = this.started.event;
    /** Fires when the server has ended and its results are lost, and when it did not start. */
    readonly onDidStop = this.stopped.event;

    /** @param loadClient creates the client of a server that is not started yet: on demand, and again if that failed */
    constructor(
        private readonly loadClient: (owner: ClientOwner) => Promise<BaseLanguageClient>,
        private readonly log: vscode.LogOutputChannel
    ) {}

    /** Never rejects: a failed start is reported to the author. */
    async start(): Promise<void> {
        this.starting = this.clientNow().then((client) => client.start());
        try {
            await this.starting;
        } catch (error) {
            if (this.isLeft) {
                return;
            }
            this.log.error(`The language server did not start: ${String(error)}`);
            this.stopped.fire();
            await this.tellOnce(
                vscode.l10n.t('The Guardrail language server did not start, so policies are only highlighted.')
            );
        }
    }

    /**
     * Stops the server for good, because the window closes. A start in progress is waited for, because it cannot be
     * stopped.
     */
    async leave(): Promise<void> {
        this.isLeft = true;
        await this.stop();
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

    /** The results of the current policy; null if there is none, or it has errors. Rejects if there is no server. */
    check(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<PolicyResult | null> {
        const params: CheckParams = { uri: uri.toString() };
        return this.request<PolicyResult | null>(checkRequest, params, token);
    }

    /**
     * Sends any other request of the protocol, and waits for a server that is starting. Rejects if there is none, or if
     * it cannot answer.
     */
    async request<R>(method: string, params: object, token?: vscode.CancellationToken): Promise<R> {
        const client = await this.clientNow();
        // An undefined token would be sent as a second parameter.
        return token ? client.sendRequest<R>(method, params, token) : client.sendRequest<R>(method, params);
    }

    /** The server's diagnostics for the text of a document. Rejects if there is no server. */
    async diagnostics(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<readonly Diagnostic[]> {
        const params = { textDocument: { uri: uri.toString() } };
        const report = await this.request<DocumentDiagnosticReport>('textDocument/diagnostic', params, token);
        return report.kind === 'full' ? report.items : [];
    }

    /** Rejects if the client library cannot be loaded, and if the window closes. */
    private async clientNow(): Promise<BaseLanguageClient> {
        this.client ??= this.loadClient(this.owner()).catch((error: unknown) => {
            this.client = undefined;
            throw error;
        });
        const client = await this.client;
        if (this.isLeft) {
            throw new Error('The window closes.');
        }
        return client;
    }

    private async stop(): Promise<void> {
        await this.starting?.catch(() => undefined);
        const client = await this.client?.catch(() => undefined);
        if (client?.needsStop()) {
            await client.stop(STOP_MS);
        }
    }

    private owner(): ClientOwner {
        return {
            log: this.log,
            running: () => {
                this.hasRun = true;
                this.started.fire();
            },
            stopped: () => this.stopped.fire(),
            mayRestart: () => this.mayRestart(),
            checkState: (state) => this.checkStateChanged.fire(state),
            tests: (tests) => this.testsChanged.fire(tests),
            packs: () => this.packsChanged.fire()
        };
    }

    private mayRestart(): boolean {
        if (this.hasRun && this.restarts.mayRestart(Date.now())) {
            return true;
        }
        void this.tellOnce(
            this.hasRun
                ? vscode.l10n.t(
                      'The Guardrail language server stopped several times and is not restarted automatically.'
                  )
                : vscode.l10n.t('The Guardrail language server did not start, so policies are only highlighted.')
        );
        return false;
    }

    /** Shows one message until the author restarts the server, with the possible next steps. */
    private async tellOnce(message: string): Promise<void> {
        if (this.told) {
            return;
        }
        this.told = true;
        await offerRestart(message);
    }
}
