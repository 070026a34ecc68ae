/**
 * Answers requests: when the text has reached the required state, isolated from other failures, and with the protocol's
 * errors.
 */
import type { LangiumDocument } from 'langium';
import { isOperationCancelled, ReadPriority, URI } from 'langium';
import type { LangiumCoreAndPartialLSPServices, ServiceRequirement } from 'langium/lsp';
import type {
    CallHierarchyIncomingCallsParams,
    CallHierarchyOutgoingCallsParams,
    CancellationToken,
    ResultProgressReporter,
    TextDocumentIdentifier
} from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { detailsOf, type Log } from './log.js';
import type { GuardrailSharedServices } from '../module.js';
import { untilReached } from './ready.js';

type Answer<R> = R | null | undefined | Promise<R | null | undefined>;
/** Rejects with a `ResponseError`, which then becomes the answer. */
export type Handler<P, R> = (params: P, token: CancellationToken) => Promise<R | null>;

export type Report<R> = (part: R[]) => void;
export type PartsHandler<P, R> = (
    params: P,
    token: CancellationToken,
    progress: unknown,
    partial: ResultProgressReporter<R[]> | undefined
) => Promise<R[] | null>;

type LspServices = NonNullable<LangiumCoreAndPartialLSPServices['lsp']>;
export type DocumentCall<P, R> = (
    lsp: LspServices,
    document: LangiumDocument,
    params: P,
    token: CancellationToken
) => Answer<R>;
export type HierarchyParams = CallHierarchyIncomingCallsParams | CallHierarchyOutgoingCallsParams;
export type HierarchyCall<P, R> = (lsp: LspServices, params: P, token: CancellationToken) => Answer<R>;

/**
 * Creates the handlers of requests.
 * @param feature names the failed feature in the log
 */
export class RequestHandlers {
    constructor(
        private readonly shared: GuardrailSharedServices,
        private readonly log: Log
    ) {}

    /** Wraps a request about a document; it is called once the document (or the workspace) is in `state`. */
    document<P extends { textDocument: TextDocumentIdentifier }, R>(
        feature: string,
        state: ServiceRequirement,
        call: DocumentCall<P, R>
    ): Handler<P, R> {
        const { LangiumDocuments, WorkspaceLock } = this.shared.workspace;
        return this.any(feature, async (params, token) => {
            const uri = URI.parse(params.textDocument.uri);
            const { AgentSettings } = this.shared.lsp;
            if (AgentSettings.has(uri)) {
                return (await AgentSettings.answer(feature, params)) as R | null;
            }
            const lsp = await this.waitFor(uri, state, token);
            return (
                lsp &&
                WorkspaceLock.read(
                    async () => call(lsp, await LangiumDocuments.getOrCreateDocument(uri), params, token),
                    ReadPriority.Immediate
                )
            );
        });
    }

    /** Wraps a request about an item of an earlier answer. */
    hierarchy<P extends HierarchyParams, R>(
        feature: string,
        state: ServiceRequirement,
        call: HierarchyCall<P, R>
    ): Handler<P, R> {
        return this.any(feature, async (params, token) => {
            const lsp = await this.waitFor(URI.parse(params.item.uri), state, token);
            return (
                lsp && this.shared.workspace.WorkspaceLock.read(() => call(lsp, params, token), ReadPriority.Immediate)
            );
        });
    }

    /**
     * Wraps a request whose answer is a list, which the client may accept in parts: parts that were already reported
     * are omitted from the answer.
     */
    parts<P extends { textDocument: TextDocumentIdentifier }, R>(
        feature: string,
        state: ServiceRequirement,
        call: (...of: [...Parameters<DocumentCall<P, R[]>>, report: Report<R> | undefined]) => Answer<R[]>
    ): PartsHandler<P, R> {
        return (params, token, _progress, partial) =>
            this.document<P, R[]>(feature, state, (...of) => call(...of, reportTo(partial)))(params, token);
    }

    /** Wraps any request; `call` itself waits for what it needs. */
    any<P, R>(feature: string, call: (params: P, token: CancellationToken) => Answer<R>): Handler<P, R> {
        return async (params, token) => {
            if (token.isCancellationRequested) {
                throw cancelled();
            }
            try {
                return (await call(params, token)) ?? null;
            } catch (error) {
                return this.answerTo(error, feature, token);
            }
        };
    }

    /** Undefined if this server does not handle the file. */
    private async waitFor(
        uri: URI,
        state: ServiceRequirement,
        token: CancellationToken
    ): Promise<LspServices | undefined> {
        const ofDocument = typeof state === 'number' || state.type === 'document';
        await untilReached(
            this.shared,
            typeof state === 'number' ? state : state.state,
            ofDocument ? uri : undefined,
            token
        );
        const { ServiceRegistry } = this.shared;
        const language: LangiumCoreAndPartialLSPServices | undefined = ServiceRegistry.hasServices(uri)
            ? ServiceRegistry.getServices(uri)
            : undefined;
        return language?.lsp;
    }

    /** Errors inside a feature go to the log; the author gets no answer, and can continue. */
    private answerTo(error: unknown, feature: string, token: CancellationToken): null {
        if (isOperationCancelled(error)) {
            throw token.isCancellationRequested ? cancelled() : modified();
        }
        if (error instanceof ResponseError) {
            throw error;
        }
        this.log.error(`The feature "${feature}" failed: ${detailsOf(error)}`);
        return null;
    }
}

export function reportTo<R>(partial: ResultProgressReporter<R[]> | undefined): Report<R> | undefined {
    return partial && ((part) => partial.report(part));
}

export function cancelled(): ResponseError {
    return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request has been cancelled.');
}

/** The answer to a request that was cancelled by a change of the text, not by the client. */
function modified(): ResponseError {
    return new ResponseError(LSPErrorCodes.ContentModified, 'The text has changed meanwhile.');
}
