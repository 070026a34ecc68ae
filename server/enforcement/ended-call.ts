/** The end of a call as the log records it, and the rules that withhold it from the agent. */
import { GuardrailError } from '../gateway/errors.js';
import type { DecidingRule, SessionRecord } from '../gateway/events.js';
import type { Session } from '../gateway/library.js';
import type { End } from './submission.js';

interface EndedCall {
    readonly record: SessionRecord;
    readonly withheldBy: readonly DecidingRule[];
}

/**
 * What an error says is withheld as if it were a result, because a tool may fail after it has read something; it is not
 * recorded. A result that cannot be read, for example because it is nested too deeply, is recorded without its content.
 */
export function endedCall(session: Session, end: End & { readonly id: string; readonly time: string }): EndedCall {
    const { id, time } = end;
    if (end.type === 'lost') {
        return { record: end, withheldBy: [] };
    }
    if (end.type === 'error') {
        return {
            record: { type: 'error', id, time },
            withheldBy: endedCall(session, { ...end, type: 'result' }).withheldBy
        };
    }
    const record = { ...end, type: 'result' as const };
    try {
        return { record, withheldBy: session.withheldBy(record) };
    } catch (error) {
        if (!(error instanceof GuardrailError) || error.code !== 'GR934' || record.result === undefined) {
            throw error;
        }
        const { result: _, ...rest } = record;
        return endedCall(session, rest);
    }
}
