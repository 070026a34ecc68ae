/** What conditions are asked of. */
import type { Situation } from './evaluate.js';
import type { HistoryEvent, Memory } from './session.js';

/** An event as the conditions inside `where`, and those on a result, ask about it; `memory` is the history before it. */
export function situationAt(event: HistoryEvent, memory: Memory): Situation {
    const { time, epoch } = event;
    const clock = epoch === undefined ? {} : { epoch };
    if (event.outside !== undefined) {
        const call = { agent: event.agent ?? -1, tool: -1, args: event.args ?? {} };
        return { call, memory, time, approvals: [], ...clock };
    }
    return {
        call: event.call,
        memory,
        time,
        approvals: (event.approvers ?? []).map((human) => ({ human, rule: -1 })),
        ...(event.result && { result: event.result }),
        ...(event.session && { constants: event.session }),
        ...(event.readings && { readings: event.readings }),
        ...(event.request && { request: event.request }),
        ...clock
    };
}
