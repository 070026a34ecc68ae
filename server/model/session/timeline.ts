/** Extends a session's history: places that wait for the ends of calls, and settled places (M1). */
import { withAnswer } from '../events/call-answers.js';
import { voidBy } from './approvals.js';
import type { Mutable } from '../memory/copies.js';
import { type View, EventLog } from '../memory/event-log.js';
import { remember } from '../events/effects.js';
import { withFate } from '../events/withheld-results.js';
import type { Policy } from '../policy/policy.js';
import type { HeldCall, SessionState } from './session.js';
import type { Answer, CallEvent, HistoryEvent, Memory } from '../memory/memory.js';
import { endChanges, isOpen, SUCCESS, supposing } from '../events/unsettled.js';

/**
 * Adds a place to the history.
 *
 * @param answer the answer, for a release that has ended; what the release voids is void before the answer is known
 */
export function append(policy: Policy, next: Mutable<SessionState>, event: HistoryEvent, answer?: Answer): void {
    if (event.outside !== undefined || event.released) {
        voidBy(policy, next, event);
    }
    const place = isOpen(event) ? placeOf(policy, event, answer) : event;
    if (next.unsettled.length === 0 && !isOpen(place)) {
        fold(policy, next, [place]);
    } else {
        next.unsettled = next.unsettled.with(policy, place);
    }
}

/** A release with its answer. If nothing depends on how it ends, the history records it as ended immediately. */
function placeOf(policy: Policy, event: CallEvent, answer: Answer | undefined): CallEvent {
    if (!endChanges(policy, event)) {
        return supposing(event, SUCCESS);
    }
    return answer ? withAnswer(policy, event, answer) : event;
}

/**
 * Folds the events before the first release that is still running into the settled memory, and into each held call's
 * view.
 */
export function settle(policy: Policy, next: Mutable<SessionState>): void {
    if (next.unsettled.canSettle) {
        const { done, left } = next.unsettled.settled(policy);
        next.unsettled = left;
        fold(policy, next, done);
    }
}

function fold(policy: Policy, next: Mutable<SessionState>, done: readonly HistoryEvent[]): void {
    for (const event of done) {
        const before = next.settled;
        next.settled = remember(policy, before, event);
        if (next.log) {
            goOn(policy, next, withFate(policy, event, before));
        }
    }
}

/** Continues the history. A state whose history continued differently before gets its own views. */
export function goOn(policy: Policy, state: Mutable<SessionState>, event: HistoryEvent): void {
    const log = state.log!.append(event);
    if (log) {
        state.log = log;
        return;
    }
    const own = new EventLog();
    for (const [id, view] of state.views) {
        const memory = memoryOfView(policy, view, Number(id), state.log!);
        state.views = state.views.with(id, { memory, at: own });
    }
    state.log = own.append(event);
}

/** The views of held calls as of now, each one updated. */
export function viewsChanged(
    policy: Policy,
    { views, log }: SessionState,
    changed: (memory: Memory) => Memory
): SessionState['views'] {
    let next = views;
    for (const [id, view] of log ? views : []) {
        next = next.with(id, { memory: changed(memoryOfView(policy, view, Number(id), log!)), at: log! });
    }
    return next;
}

/** The settled memory as a held call sees it; undefined if it is the same as that of the session. */
export function viewOf(policy: Policy, state: SessionState, held: HeldCall): Memory | undefined {
    const view = state.log && state.views.get(String(held.id));
    return view && memoryOfView(policy, view, held.id, state.log);
}

function memoryOfView(policy: Policy, view: View, id: number, end: EventLog): Memory {
    const later = view.later?.at.until(end);
    const [from, events] = later ? [view.later!.memory, later] : [view.memory, view.at.until(end)!];
    const memory = events
        .filter((event) => event.id !== id)
        .reduce((known, event) => remember(policy, known, event), from);
    view.later = { memory, at: end };
    return memory;
}
