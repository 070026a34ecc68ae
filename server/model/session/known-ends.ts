/**
 * Computes the histories by which claims are judged while calls are running: the history at that moment, with the
 * outcomes of the running calls. A call that never ends is lost (M2, M20).
 */
import { withAnswer } from '../events/call-answers.js';
import { memoryAt, remember } from '../events/effects.js';
import { matchesEvent } from '../events/matching.js';
import type { EventPattern, Policy } from '../policy/policy.js';
import type { Truth } from '../policy/truth.js';
import type { SessionState } from './session.js';
import type { Answer, HistoryEvent, Memory } from '../memory/memory.js';
import { isOpen, Unsettled } from '../events/unsettled.js';

export const LOST: Answer = { outcome: 'lost' };

/** The state as if its running calls had ended this way. */
export function knowingEnds(policy: Policy, state: SessionState, endOf: (id: number) => Answer): SessionState {
    return state.unsettled.length === 0
        ? state
        : {
              ...state,
              settled: memoryAt(policy, memoryKnowing(policy, state, endOf), state.time),
              unsettled: Unsettled.nothing
          };
}

/**
 * Matches an event with a step of a `possible`, whose `where` may read the history before the event.
 *
 * @param before the state in which the event happened; calls that were running then may have ended in any way
 */
export function matchesStep(
    policy: Policy,
    step: EventPattern,
    event: HistoryEvent,
    before: SessionState | undefined
): Truth {
    const caller = event.outside === undefined ? event.call.agent : 0;
    const isAlone = before === undefined || step.where.op === 'constant';
    const history = isAlone
        ? undefined
        : memoryAt(
              policy,
              memoryKnowing(policy, before, () => LOST),
              before.time
          );
    return matchesEvent(policy, step, event, caller, history);
}

/** The memory of such a state, without changes caused only by time. */
export function memoryKnowing(
    policy: Policy,
    { settled, unsettled }: SessionState,
    endOf: (id: number) => Answer
): Memory {
    return unsettled
        .events()
        .reduce(
            (memory, event) =>
                remember(
                    policy,
                    memory,
                    isOpen(event) ? withAnswer(policy, event, { ...endOf(event.id), ranThen: true }) : event
                ),
            settled
        );
}
