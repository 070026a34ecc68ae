/** Answers a client that pulls diagnostics: those of a file, and those of all files. */
import { DocumentState, isOperationCancelled, URI } from 'langium';
import {
    type CancellationToken,
    type Connection,
    type DiagnosticOptions,
    DiagnosticRefreshRequest,
    type DiagnosticServerCancellationData,
    type Disposable,
    type DocumentDiagnosticParams,
    type DocumentDiagnosticReport,
    DocumentDiagnosticReportKind,
    type InitializeParams,
    LSPErrorCodes,
    ResponseError,
    type ResultProgressReporter,
    type WorkspaceDiagnosticParams,
    type WorkspaceDiagnosticReport,
    type WorkspaceDiagnosticReportPartialResult,
    type WorkspaceDocumentDiagnosticReport
} from 'vscode-languageserver';
import type { Log } from '../../connection/log.js';
import type { GuardrailSharedServices } from '../../module.js';
import { changesApplied, untilReached } from '../../connection/ready.js';
import { Refresher } from '../../connection/refresher.js';
import { cancelled } from '../../connection/request-handlers.js';
import type { DiagnosticStore, FileDiagnostics } from './store.js';

export const DIAGNOSTIC_OPTIONS: DiagnosticOptions = {
    identifier: 'guardrail',
    interFileDependencies: true,
    workspaceDiagnostics: true
};

/**
 * Verdicts arrive some time after the text, so a client sees them only if it can be told to pull again. For other
 * clients, the diagnostics that they would pull are pushed.
 */
export function pullsDiagnostics({ capabilities }: InitializeParams): boolean {
    return !!capabilities.textDocument?.diagnostic && capabilities.workspace?.diagnostics?.refreshSupport === true;
}

export interface PullContext {
    readonly connection: Connection;
    readonly shared: GuardrailSharedServices;
    readonly store: DiagnosticStore;
    readonly log: Log;
}

export class DiagnosticPull implements Disposable {
    /** The result that the client has for each file, unless the client is notified of changes anyway. */
    private readonly pulled = new Map<string, string>();
    /** The functions that end open answers. */
    private readonly open = new Set<(reason: ResponseError<unknown>) => void>();
    private readonly refresher: Refresher;
    private relatedDocuments = false;

    constructor(private readonly context: PullContext) {
        const { connection, log } = context;
        this.refresher = new Refresher(
            'diagnostics',
            () => (this.isOutOfDate() ? connection.sendRequest(DiagnosticRefreshRequest.type) : undefined),
            log
        );
    }

    /** Tells the client from now on to pull again when needed. */
    initialize({ capabilities }: InitializeParams): void {
        const { shared, store } = this.context;
        this.relatedDocuments = capabilities.textDocument?.diagnostic?.relatedDocumentSupport === true;
        store.onDidChange(() => this.refresher.soon());
        shared.workspace.TextDocuments.onDidClose(({ document }) => this.pulled.delete(document.uri));
    }

    dispose(): void {
        this.refresher.dispose();
        this.open.forEach((end) => end(serverCancelled('The server shuts down.', false)));
    }

    /** The diagnostics of one file, once its current text is validated. */
    async document(params: DocumentDiagnosticParams, token: CancellationToken): Promise<DocumentDiagnosticReport> {
        const uri = URI.parse(params.textDocument.uri);
        await this.validated(uri, token);
        const key = uri.toString();
        const file = this.context.store.get(key);
        const related = this.relatedDocuments ? this.context.store.relatedTo(key) : [];
        for (const each of [...(file ? [file] : []), ...related]) {
            this.pulled.set(each.uri, each.resultId);
        }
        const relatedDocuments = Object.fromEntries(related.map((each) => [each.uri, full(each)]));
        return {
            ...report(file, params.previousResultId),
            ...(related.length > 0 && { relatedDocuments })
        };
    }

    /**
     * The diagnostics of all files, once they are validated. With `partial` the request stays open and changes are
     * reported as they arrive, until the client cancels it; `onComplete` is called once all have been reported.
     */
    async workspace(
        params: WorkspaceDiagnosticParams,
        token: CancellationToken,
        partial: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
        onComplete: () => void
    ): Promise<WorkspaceDiagnosticReport> {
        const { store } = this.context;
        await this.validated(undefined, token);
        const known = new Map(params.previousResultIds.map(({ uri, value }) => [URI.parse(uri).toString(), value]));
        const gone = [...known.keys()].filter((uri) => !store.get(uri)).map(goneReport);
        const first = [...store.all.map((file) => workspaceReport(file, known.get(file.uri))), ...gone];
        onComplete();
        if (!partial) {
            store.all.forEach((file) => this.pulled.set(file.uri, file.resultId));
            return { items: first };
        }
        partial.report({ items: first });
        const following = store.onDidChange((uri) => {
            const file = store.get(uri);
            partial.report({ items: [file ? workspaceReport(file, undefined) : goneReport(uri)] });
        });
        return await new Promise((_, reject) => {
            const end = (reason: ResponseError<unknown>): void => {
                following.dispose();
                this.open.delete(end);
                reject(reason);
            };
            this.open.add(end);
            token.onCancellationRequested(() => end(cancelled()));
        });
    }

    /** True if the client shows something other than the current diagnostics. */
    private isOutOfDate(): boolean {
        return [...this.pulled].some(([uri, id]) => this.context.store.get(uri)?.resultId !== id);
    }

    private async validated(uri: URI | undefined, token: CancellationToken): Promise<void> {
        const { shared } = this.context;
        try {
            await changesApplied(shared);
            if (!uri || shared.workspace.LangiumDocuments.hasDocument(uri)) {
                await untilReached(shared, DocumentState.Validated, uri, token);
            }
        } catch (error) {
            if (isOperationCancelled(error) && !token.isCancellationRequested) {
                throw serverCancelled('The text has changed meanwhile.', true);
            }
            throw error;
        }
    }
}

function serverCancelled(why: string, retriggerRequest: boolean): ResponseError<DiagnosticServerCancellationData> {
    return new ResponseError(LSPErrorCodes.ServerCancelled, why, { retriggerRequest });
}

type Full = Extract<DocumentDiagnosticReport, { kind: typeof DocumentDiagnosticReportKind.Full }>;
type Unchanged = Extract<DocumentDiagnosticReport, { kind: typeof DocumentDiagnosticReportKind.Unchanged }>;

function full({ resultId, items }: FileDiagnostics): Full {
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

/** A nonexistent file has no diagnostics. */
function report(file: FileDiagnostics | undefined, previous: string | undefined): Full | Unchanged {
    if (!file) {
        return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    }
    return file.resultId === previous
        ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: file.resultId }
        : full(file);
}

function workspaceReport(file: FileDiagnostics, previous: string | undefined): WorkspaceDocumentDiagnosticReport {
    return { ...report(file, previous), uri: file.uri, version: file.version };
}

function goneReport(uri: string): WorkspaceDocumentDiagnosticReport {
    return { ...report(undefined, undefined), uri, version: null };
}
