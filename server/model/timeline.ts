/** How the history of a session grows: places that wait for the ends of calls, and those that are settled (M1). */
import { withAnswer } from './answers.js';
import { voidedBy } from './approvals.js';
import { copyOfState } from './copies.js';
import { isOpen } from './decide.js';
import { remember } from './monitors.js';
import type { Policy } from './policy.js';
import type { Answer, HistoryEvent, SessionState } from './session.js';

/**
 * The state after a place in the history.
 *
 * @param answer of a release that has ended; what the release voids it voids before that is known
 */
export function append(policy: Policy, state: SessionState, event: HistoryEvent, answer?: Answer): SessionState {
    const kept = event.outside !== undefined || event.released ? voidedBy(policy, state, event) : state;
    const place = answer && isOpen(event) ? withAnswer(policy, event, answer) : event;
    if (kept.unsettled.length === 0 && !isOpen(place)) {
        return fold(policy, kept, [place], NOTHING);
    }
    const next = copyOfState(kept);
    next.unsettled = [...kept.unsettled, place];
    return next;
}

const NOTHING: readonly HistoryEvent[] = [];

/** Folds the events before the first release that still runs into the settled memory, and into each held call's view. */
export function settle(policy: Policy, state: SessionState): SessionState {
    const { unsettled } = state;
    const open = unsettled.findIndex(isOpen);
    if (open === 0 || unsettled.length === 0) {
        return state;
    }
    return open < 0
        ? fold(policy, state, unsettled, NOTHING)
        : fold(policy, state, unsettled.slice(0, open), unsettled.slice(open));
}

function fold(
    policy: Policy,
    state: SessionState,
    done: readonly HistoryEvent[],
    unsettled: readonly HistoryEvent[]
): SessionState {
    const next = copyOfState(state);
    next.unsettled = unsettled;
    for (const event of done) {
        next.settled = remember(policy, next.settled, event);
    }
    // Only held calls have views, those of other sessions too.
    if (Object.keys(state.views).length > 0) {
        next.views = Object.fromEntries(
            Object.entries(state.views).map(([id, view]) => [
                id,
                done
                    .filter((event) => event.id !== Number(id))
                    .reduce((memory, event) => remember(policy, memory, event), view)
            ])
        );
    }
    return next;
}
