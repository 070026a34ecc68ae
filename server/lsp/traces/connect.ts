/** Answers the requests about sessions and drawings of a policy, for the trace view or any other client. */
import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import {
    type DecideAgainParams,
    decideAgainRequest,
    type KeepSessionParams,
    keepSessionRequest,
    type KeptSession,
    type DiagramParams,
    diagramRequest,
    type PolicyDiagram,
    type ReadSession,
    type ReadSessionParams,
    readSessionRequest,
    type ReasonsParams,
    reasonsRequest,
    type SessionReasons,
    type WriteSessionParams,
    writeSessionRequest
} from '../protocol.js';
import type { CheckerHost, Question } from '../check/host.js';
import { cancelled, type RequestHandlers } from '../connection/request-handlers.js';
import { readSession, writtenSession } from './files.js';
import { keptSession } from './kept.js';
import { type PolicyServices, withPolicy } from './policy.js';

export function addTraces(client: Connection, context: PolicyServices, on: RequestHandlers): void {
    const { guardrail } = context;
    const host = guardrail.checking.Host;
    client.onRequest(
        decideAgainRequest,
        on.any<DecideAgainParams, SessionAgain>('decide again', async ({ uri, trace }, token) => {
            const policy = await withPolicy(context, uri, token, (found) => found.policy);
            return policy && ((await answered(host, { kind: 'again', policy, trace }, token)) as SessionAgain);
        })
    );
    client.onRequest(
        reasonsRequest,
        on.any<ReasonsParams, SessionReasons>('reasons', async ({ uri, trace, claim }, token) => {
            const policy = await withPolicy(context, uri, token, (found) => found.policy);
            const question = { kind: 'reasons', trace, ...(claim !== undefined && { claim }) } as const;
            return policy && ((await answered(host, { ...question, policy }, token)) as SessionReasons);
        })
    );
    client.onRequest(
        diagramRequest,
        on.any<DiagramParams, PolicyDiagram>('picture', async ({ uri }, token) => {
            const policy = await withPolicy(context, uri, token, (found) => found.policy);
            return policy && ((await answered(host, { kind: 'picture', policy }, token)) as PolicyDiagram);
        })
    );
    client.onRequest(
        keepSessionRequest,
        on.any<KeepSessionParams, KeptSession>('keep session', ({ uri, ...session }, token) =>
            withPolicy(context, uri, token, ({ document }) => keptSession(document, guardrail, session))
        )
    );
    client.onRequest(writeSessionRequest, on.any<WriteSessionParams, string>('write session', writtenSession));
    client.onRequest<ReadSession | null, void>(
        readSessionRequest,
        on.any('read session', (params: ReadSessionParams) => readSession(params))
    );
}

/** Waits for the answer; rejects with the protocol's errors if there is none. */
async function answered(host: CheckerHost, question: Question, token: CancellationToken): Promise<unknown> {
    const run = host.ask?.(question);
    const cancelling = token.onCancellationRequested(() => run?.cancel());
    try {
        const outcome = await run?.outcome;
        switch (outcome?.kind) {
            case 'answered':
                return outcome.answer;
            case 'cancelled':
                throw cancelled();
            default:
                throw new ResponseError(LSPErrorCodes.RequestFailed, outcome?.message ?? 'There is no checker.');
        }
    } finally {
        cancelling.dispose();
    }
}
