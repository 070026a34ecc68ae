/** The end of a call as the history has it, and the rules that withhold it from the agent, for gateways and adapters. */
import { GuardrailError } from './errors.js';
import type { DecidingRule, SessionRecord, Signals } from './events.js';
import type { Session } from './library.js';
import { type CallEnd, recordOf } from './mcp-answer.js';

/** The end of a released call. */
export type End = (CallEnd & { readonly signals?: Signals }) | { readonly type: 'lost' };

interface EndedCall {
    readonly record: SessionRecord;
    readonly withheldBy: readonly DecidingRule[];
}

/**
 * What an error says is withheld as if it were a result, because a tool may fail after it has read something. A result
 * that cannot be read, for example because it is nested too deeply, is recorded without its content.
 */
export function endedCall(session: Session, end: End, at: { readonly id: string; readonly time?: string }): EndedCall {
    if (end.type === 'lost') {
        return { record: { ...at, type: 'lost' }, withheldBy: [] };
    }
    try {
        const withheldBy = session.withheldBy({ ...end, ...at, type: 'result' });
        return { record: { ...recordOf(end), ...at }, withheldBy };
    } catch (error) {
        if (!(error instanceof GuardrailError) || error.code !== 'GR934' || end.result === undefined) {
            throw error;
        }
        const { result: _, ...rest } = end;
        return endedCall(session, rest, at);
    }
}
