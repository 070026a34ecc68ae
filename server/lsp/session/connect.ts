/** Answers the requests about sessions that are played, debugged or saved (see `protocol.ts`). */
import { DocumentState, type LangiumDocument, URI, type AstNode, AstUtils } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import { isPolicyFile, type PolicyFile, isRule, isStep, isUse } from '../../../language/generated/ast.js';
import { visibleDocuments } from '../../../language/files/imports.js';
import type { CheckingContext } from '../check/connect.js';
import { hasErrors } from '../workspace/documents.js';
import {
    type BreakpointPlace,
    type BreakpointPlacesParams,
    breakpointPlacesRequest,
    type ConditionValue,
    type EvaluateParams,
    evaluateRequest,
    type KeepScenarioParams,
    keepScenarioRequest,
    type KeptScenario,
    type PlayedSession,
    type PlayParams,
    playRequest,
    type SessionLines,
    sessionLinesRequest,
    type ShowSessionParams
} from '../protocol.js';
import { changesApplied, untilReached } from '../connection/ready.js';
import { RequestHandlers } from '../connection/request-handlers.js';
import type { SessionAnswer, SessionOrder, SessionTexts } from '../../simulator/session.js';
import type { SessionHost } from './host.js';
import { linesOfSession } from './lines.js';
import { sourceOf } from '../../../language/lower/context.js';

/** @param host plays the sessions; without it, the answers report that none can be played */
export function addSessions(
    { connection, shared, guardrail, log }: CheckingContext,
    host: SessionHost | undefined
): void {
    const { LangiumDocuments } = shared.workspace;
    const on = new RequestHandlers(shared, log);

    /** The texts to play in, or the reason why there is nothing to play. */
    const textsOf = async (uri: string, token: CancellationToken): Promise<SessionTexts | string> => {
        await untilReached(shared, DocumentState.Validated, URI.parse(uri), token);
        const document = LangiumDocuments.getDocument(URI.parse(uri));
        const root: unknown = document?.parseResult.value;
        if (!document || !isPolicyFile(root) || !root.policy) {
            return 'There is no policy in this file.';
        }
        const visible = visibleDocuments(document, LangiumDocuments);
        if (visible.some(hasErrors)) {
            return 'The policy has errors: see Problems.';
        }
        const files = visible.filter((each) => each !== document);
        return {
            text: document.textDocument.getText(),
            files: files.map((each) => [each.uri.toString(), each.textDocument.getText()])
        };
    };
    const run = async <A extends SessionAnswer>(
        uri: string,
        token: CancellationToken,
        order: (texts: SessionTexts) => SessionOrder,
        otherwise: (message: string) => A
    ): Promise<A> => {
        const texts = await textsOf(uri, token);
        if (typeof texts === 'string' || !host) {
            return otherwise(typeof texts === 'string' ? texts : 'Sessions cannot be played here.');
        }
        return (await host.run(order(texts))) as A;
    };

    connection.onShutdown(() => void host?.dispose());
    connection.onRequest(
        playRequest,
        on.any('playing a session', (params: PlayParams, token) =>
            run(
                params.uri,
                token,
                (texts) => ({ kind: 'play', params, ...texts }),
                (message): PlayedSession => ({ ...NOTHING, problem: { message } })
            )
        )
    );
    connection.onRequest<ConditionValue | null, void>(
        evaluateRequest,
        on.any('a condition in a session', (params: EvaluateParams, token) =>
            run(
                params.uri,
                token,
                (texts) => ({ kind: 'evaluate', params, ...texts }),
                (problem): ConditionValue => ({ problem })
            )
        )
    );
    connection.onRequest(
        keepScenarioRequest,
        on.any('keeping a session', (params: KeepScenarioParams, token) =>
            run(
                params.uri,
                token,
                (texts) => ({ kind: 'keep', params, ...texts }),
                (): KeptScenario | null => null
            )
        )
    );
    connection.onRequest(
        breakpointPlacesRequest,
        on.any(
            'where a session can stop',
            async ({ uri }: BreakpointPlacesParams, token): Promise<BreakpointPlace[]> => {
                await changesApplied(shared);
                const document = LangiumDocuments.getDocument(URI.parse(uri));
                if (!document) {
                    return [];
                }
                await untilReached(shared, DocumentState.Parsed, document.uri, token);
                return breakpointPlaces(document);
            }
        )
    );
    connection.onRequest(
        sessionLinesRequest,
        on.any('the lines of a session', async (params: ShowSessionParams, token): Promise<SessionLines | null> => {
            const uri = URI.parse(params.uri);
            await untilReached(shared, DocumentState.Validated, uri, token);
            const result = await guardrail.checking.CheckService.check(params.uri, token);
            const document = LangiumDocuments.getDocument(uri) as LangiumDocument<PolicyFile> | undefined;
            return result && document ? linesOfSession(params, result, document) : null;
        })
    );
}

const NOTHING: PlayedSession = {
    policy: '',
    steps: [],
    start: { time: 0, groups: [] },
    trace: { steps: [], facts: [[]], summary: '' }
};

/**
 * Finds the places where a session can stop: a rule, which decides steps; the use of a pack, which brings rules; and a
 * step of a scenario.
 */
/** The places, sorted by line. */
export function breakpointPlaces(document: LangiumDocument): BreakpointPlace[] {
    const root: AstNode = document.parseResult.value;
    return AstUtils.streamAllContents(root)
        .filter((node) => isRule(node) || isUse(node) || isStep(node))
        .map(sourceOf)
        .toArray()
        .sort((a, b) => a.start.line - b.start.line)
        .map(({ start, end }) => ({ first: start.line, last: end.line }));
}
