/** Finds the events that a pattern selects. */
import { isFailure, isSuccess } from './call-answers.js';
import { isWithheld } from './withheld-results.js';
import { meansAgent } from './delegation.js';
import { evaluate, keyText, matchesCall } from '../conditions/evaluate.js';
import type { EventPattern, Policy } from '../policy/policy.js';
import type { CallEvent, HistoryEvent, Memory } from '../memory/memory.js';
import { situationAt } from '../conditions/inputs.js';
import { ownField } from '../values/values.js';
import { type Truth, and, FALSE, mayBe, or, truth, TRUE, UNKNOWN } from '../policy/truth.js';

/** The memory for a call without a known history. */
const NO_MEMORY: Memory = { monitors: [], keyed: [], labels: [] };

/**
 * Matches an event with a pattern: the truth value of the match, the event's values for the pattern's keys (none for a
 * pattern without keys), and its effect on the histories of other keys. An event that lacks one of the values may
 * belong to any key (M3).
 */
export function keyedValue(
    policy: Policy,
    pattern: EventPattern | undefined,
    event: HistoryEvent,
    caller: number,
    memory: Memory
): [Truth, string | undefined, Truth?] {
    if (!pattern?.keys) {
        return [pattern ? matchesEvent(policy, pattern, event, caller, memory) : FALSE, undefined];
    }
    const isCall = event.outside === undefined;
    const itself = isCall
        ? isItself(policy, pattern, event, caller, memory)
        : matchesEvent(policy, pattern, event, caller, memory);
    const done = isCall ? mayHaveDone(policy, pattern, event, caller, memory) : FALSE;
    const args = isCall ? event.call.args : (event.args ?? {});
    const values = pattern.keys.map((param) => ownField(args, param));
    return values.includes(undefined) || !mayBe(itself)
        ? [or(and(itself, UNKNOWN), done), undefined]
        : [or(itself, done), keyText(values.filter((other) => other !== undefined)), done];
}

/**
 * True if the event matches the pattern; a pattern of `caller` is read from that agent's view.
 * @param memory the history before the event
 */
export function matchesEvent(
    policy: Policy,
    pattern: EventPattern,
    event: HistoryEvent,
    caller: number,
    memory: Memory = NO_MEMORY
): Truth {
    if (event.outside !== undefined) {
        const isMeant = pattern.outside?.includes(event.outside) ?? false;
        return isMeant && meansAgent(policy, pattern, event.agent, caller)
            ? and(event.perhaps ? UNKNOWN : TRUE, whereIs(policy, pattern, event, memory))
            : FALSE;
    }
    return or(isItself(policy, pattern, event, caller, memory), mayHaveDone(policy, pattern, event, caller, memory));
}

/** True if the call matches the pattern, regardless of its inner calls. */
export function isItself(
    policy: Policy,
    pattern: EventPattern,
    event: CallEvent,
    caller: number,
    memory: Memory
): Truth {
    const value = and(matchesCall(pattern, event.call), hasStatus(policy, pattern, event, memory));
    if (!meansAgent(policy, pattern, event.call.agent, caller)) {
        return FALSE;
    }
    return mayBe(value) ? and(value, whereIs(policy, pattern, event, memory)) : FALSE;
}

/** Most patterns have no `where`. */
function whereIs(policy: Policy, { where }: EventPattern, event: HistoryEvent, memory: Memory): Truth {
    return where.op === 'constant' ? where.value : evaluate(policy, where, situationAt(event, memory));
}

/** The release of a tool that may call others is an unknown occurrence of those, with unknown arguments (M20). */
export function mayHaveDone(
    policy: Policy,
    pattern: EventPattern,
    event: CallEvent,
    caller: number,
    memory: Memory
): Truth {
    const done = policy.tools[event.call.tool]?.mayDo;
    if (!done || !event.released || !CAN_BE_DONE.has(pattern.status)) {
        return FALSE;
    }
    const meant = pattern.tools.map((value, tool) => and(value, done[tool] ?? FALSE)).reduce(or, FALSE);
    const byAgent = matchesCall({ ...pattern, tools: policy.tools.map(() => TRUE) }, event.call);
    const isCaller = meansAgent(policy, pattern, event.call.agent, caller);
    const isOver =
        (pattern.status === 'running' && !isRunning(event)) ||
        (pattern.status === 'returned' && !isReturned(policy, event, memory));
    return mayBe(and(meant, byAgent)) && isCaller && !isOver ? UNKNOWN : FALSE;
}

/** The possible inner calls of a released call. An inner call is never denied or held, and nobody approves it. */
const CAN_BE_DONE: ReadonlySet<EventPattern['status']> = new Set([
    'succeeded',
    'attempted',
    'released',
    'failed',
    'running',
    'returned'
]);

/** True if the event has the status that the pattern requires. */
function hasStatus(policy: Policy, pattern: EventPattern, event: CallEvent, memory: Memory): Truth {
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
            return event.released ? isFailure(policy, event) : FALSE;
        case 'running':
            return truth(isRunning(event));
        case 'approved':
            return truth(
                event.approvedBy !== undefined &&
                    (pattern.humans?.includes(event.approvedBy) ?? true) &&
                    (pattern.answers === undefined || event.answered?.includes(pattern.answers) === true)
            );
        case 'refused':
            return truth(event.refusedBy !== undefined && (pattern.humans?.includes(event.refusedBy) ?? true));
        case 'succeeded':
            return event.released ? isSuccess(policy, event) : FALSE;
        case 'returned':
            return truth(isReturned(policy, event, memory));
    }
}

/** True if the call ended without an error, and its result was not withheld. The result of an inner call comes with it. */
function isReturned(policy: Policy, event: CallEvent, memory: Memory): boolean {
    return event.released && event.outcome === 'success' && !isWithheld(policy, event, memory);
}

/** True if there is no answer yet; where a decision depends on the outcome, one is assumed. */
function isRunning(event: CallEvent): boolean {
    return event.released && (event.outcome === undefined || event.supposed === true || event.ranThen === true);
}

export function isReleased(event: HistoryEvent): event is CallEvent {
    return event.outside === undefined && event.released;
}
