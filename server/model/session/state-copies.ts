import type { Mutable, Whole } from '../memory/copies.js';
import type { SessionState } from './session.js';

/** A mutable copy (see `memory/copies.ts`). */
export function copyOfState(state: SessionState): Mutable<SessionState> {
    const copy: Whole<SessionState> = {
        time: state.time,
        calls: state.calls,
        settled: state.settled,
        unsettled: state.unsettled,
        held: state.held,
        lapses: state.lapses,
        approvals: state.approvals,
        running: state.running,
        constants: state.constants,
        request: state.request,
        epoch: state.epoch,
        began: state.began,
        views: state.views,
        log: state.log
    };
    return copy;
}
