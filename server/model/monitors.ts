/**
 * The history that conditions read, one event at a time. Each form of M8 and M9 is a formula over all events; the
 * recurrences here compute it, since the Kleene operators distribute over each other:
 *
 *     once E            = some E
 *     no E since F      = some F and no E after it
 *     E since F         = some E after some F, and no F at or after that E
 *     A since B or start = some A, and no B at or after it
 */
import { cellsOf, evaluate, matchesCall } from './evaluate.js';
import type { EventPattern, Monitor, Policy } from './policy.js';
import type { HistoryEvent, Memory, MonitorState } from './session.js';
import type { Truth } from './truth.js';
import { and, FALSE, mayBe, not, or, truth, TRUE, UNKNOWN } from './truth.js';

export function initialMemory(policy: Policy): Memory {
    return {
        monitors: policy.monitors.map((monitor) => {
            const state = Array<Truth>(cellsOf(monitor) * (monitor.perAgent ? policy.agents.length : 1)).fill(FALSE);
            // `no E since start` is true until an E comes; `E since start` has its F from the beginning.
            return monitor.from === undefined && monitor.kind === 'no since'
                ? state.fill(TRUE)
                : monitor.from === undefined && monitor.kind === 'since'
                  ? state.map((_, cell) => (cell % 2 === 1 ? TRUE : FALSE))
                  : state;
        }),
        labels: policy.agents.map(() => 0)
    };
}

/** The memory after an event whose end is known. */
export function remember(policy: Policy, memory: Memory, event: HistoryEvent): Memory {
    return {
        monitors: policy.monitors.map((monitor, index) => stepMonitor(policy, monitor, memory.monitors[index]!, event)),
        labels: event.released ? addLabels(policy, memory.labels, event) : memory.labels
    };
}

/** Whether the event is one of the pattern's, for a pattern of `caller` seen from that agent. */
export function matchesEvent(policy: Policy, pattern: EventPattern, event: HistoryEvent, caller: number): Truth {
    let value = and(matchesCall(pattern, event.call), hasStatus(policy, pattern, event));
    if (pattern.agents === 'caller' && event.call.agent !== caller) {
        return FALSE;
    }
    if (mayBe(value)) {
        value = and(value, evaluate(policy, pattern.where, { call: event.call, memory: NO_MEMORY, approvals: [] }));
    }
    return value;
}

/** Whether some condition could see the attempt of a call that is held: then its own attempt is left out (M4). */
export function readsAttempts(policy: Policy): boolean {
    return policy.monitors.some((monitor) =>
        [monitor.event, monitor.from].some(
            (pattern) => pattern && ['attempted', 'held', 'denied'].includes(pattern.status)
        )
    );
}

const NO_MEMORY: Memory = { monitors: [], labels: [] };

function stepMonitor(policy: Policy, monitor: Monitor, state: MonitorState, event: HistoryEvent): MonitorState {
    if (monitor.kind === 'last is') {
        return stepLast(policy, monitor, state, event);
    }
    const width = cellsOf(monitor);
    const next: Truth[] = [];
    for (let cell = 0; cell < state.length; cell += width) {
        const caller = cell / width;
        const e = matchesEvent(policy, monitor.event, event, caller);
        const f = monitor.from ? matchesEvent(policy, monitor.from, event, caller) : FALSE;
        const value = state[cell]!;
        switch (monitor.kind) {
            case 'once':
                next.push(or(value, e));
                break;
            case 'no since':
                next.push(or(f, and(value, not(e))));
                break;
            case 'since or start':
                next.push(and(or(value, e), not(f)));
                break;
            case 'since': {
                const happened = state[cell + 1]!;
                next.push(and(not(f), or(value, and(e, happened))), or(happened, f));
                break;
            }
        }
    }
    return next;
}

function stepLast(policy: Policy, monitor: Monitor, state: MonitorState, event: HistoryEvent): MonitorState {
    if (!event.released) {
        return state;
    }
    const cell = monitor.perAgent ? event.call.agent : 0;
    return state.map((value, index) =>
        index === cell ? matchesEvent(policy, monitor.event, event, event.call.agent) : value
    );
}

function addLabels(policy: Policy, labels: readonly number[], event: HistoryEvent): readonly number[] {
    const bits = policy.tools[event.call.tool]!.reads.reduce((sum, label) => sum | (1 << label), 0);
    return labels.map((carried, agent) => (agent === event.call.agent ? carried | bits : carried));
}

/** M2: without an answer, or after an error of a tool that is not atomic, success is unknown. */
function hasStatus(policy: Policy, pattern: EventPattern, event: HistoryEvent): Truth {
    switch (pattern.status) {
        case 'attempted':
            return truth(event.attempted);
        case 'denied':
            return truth(event.denied);
        case 'held':
            return truth(event.held);
        case 'released':
            return truth(event.released);
        case 'failed':
            return truth(event.released && event.outcome === 'error');
        case 'succeeded':
            if (!event.released) {
                return FALSE;
            }
            if (event.outcome === 'error') {
                return policy.tools[event.call.tool]!.traits['atomic'] === TRUE ? FALSE : UNKNOWN;
            }
            return event.outcome === 'lost' ? UNKNOWN : TRUE;
    }
}
