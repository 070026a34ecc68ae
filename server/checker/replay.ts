/**
 * Acts replayed through the decision procedure of the whole policy. Whatever the search used to be quick, a session is
 * shown only if this confirms it, decision by decision.
 */
import { advance, completeCall, initial, placeOf } from '../model/advance.js';
import { decide, findHeld } from '../model/decide.js';
import { endOfDelegationTo } from '../model/delegation.js';
import type { Outcome, Policy } from '../model/policy.js';
import type { Call, CallEvent, Decision, OutsideOccurrence, SessionState } from '../model/session.js';
import type { Act } from './acts.js';

export type ReplayedStep = ReplayedCall | ReplayedEvent;

/** An outside event. */
export interface ReplayedEvent {
    readonly kind: 'event';
    readonly event: OutsideOccurrence;
    readonly before: SessionState;
    readonly after: SessionState;
}

/** A submission of a call, or a human's answer to it. */
export interface ReplayedCall {
    readonly kind: 'call' | 'release' | 'approve' | 'refuse';
    readonly call: Call;
    readonly human?: number;
    readonly decision?: Decision;
    readonly outcome?: Outcome;
    /** The place in the history that the step makes, if it makes one. */
    readonly event?: CallEvent;
    readonly before: SessionState;
    readonly after: SessionState;
}

/** A session of the search that the decision procedure decides otherwise: a defect of the checker. */
export class ReplayMismatch extends Error {}

/** @param times the second of each act */
export function replay(policy: Policy, acts: readonly Act[], times: readonly number[]): ReplayedStep[] {
    const steps: ReplayedStep[] = [];
    let state = initial(policy);
    acts.forEach((act, index) => {
        if (times[index]! > state.time) {
            state = advance(policy, state, { kind: 'time', to: times[index]! });
        }
        const step =
            act.kind === 'submit'
                ? submit(policy, state, act)
                : act.kind === 'happen'
                  ? happen(policy, state, act.event)
                  : answer(policy, state, act);
        steps.push(step);
        state = step.after;
    });
    return steps;
}

/** Submits a call, and ends it at once if it is released. Arguments that are left out count with their defaults (M7). */
export function submitCall(
    policy: Policy,
    state: SessionState,
    submitted: Call,
    decision: Decision,
    outcome: Outcome
): ReplayedCall {
    const call = completeCall(policy, submitted);
    const held = findHeld(state, call);
    let after = advance(policy, state, { kind: 'call', call, decision });
    const place = placeOf(policy, state, call, decision);
    // A delegation has succeeded already.
    const event: CallEvent = decision.kind === 'allowed' ? { outcome, ...place } : place;
    if (decision.kind === 'allowed' && place.outcome === undefined) {
        after = advance(policy, after, { kind: 'end', id: event.id, outcome });
    }
    return {
        kind: held && decision.kind === 'allowed' ? 'release' : 'call',
        call,
        decision,
        ...(decision.kind === 'allowed' && { outcome }),
        event,
        before: state,
        after
    };
}

export function happen(policy: Policy, state: SessionState, event: number): ReplayedEvent {
    const after = advance(policy, state, { kind: 'outside', event });
    return { kind: 'event', event: { id: -1, outside: event, time: state.time }, before: state, after };
}

/** A delegate gives the work back to who delegated it. */
export function returnTo(policy: Policy, state: SessionState, agent: number, to: number): ReplayedEvent {
    const after = advance(policy, state, { kind: 'return', agent, to });
    const outside = endOfDelegationTo(policy, agent)!;
    return { kind: 'event', event: { id: -1, outside, time: state.time, agent: to }, before: state, after };
}

function submit(policy: Policy, state: SessionState, act: Act & { kind: 'submit' }): ReplayedCall {
    const decision = decide(policy, state, act.call);
    if (decision.kind !== act.decision.kind) {
        throw new ReplayMismatch(
            `${policy.tools[act.call.tool]!.name} is ${decision.kind}, where the search found it ${act.decision.kind}`
        );
    }
    return submitCall(policy, state, act.call, decision, act.outcome ?? 'success');
}

function answer(policy: Policy, state: SessionState, act: Act & { kind: 'approve' | 'refuse' }): ReplayedCall {
    const held = findHeld(state, act.call);
    if (!held) {
        throw new ReplayMismatch(`${policy.tools[act.call.tool]!.name} is not held, so no human can answer`);
    }
    const after = advance(policy, state, { kind: act.kind, id: held.id, human: act.human });
    return { kind: act.kind, call: act.call, human: act.human, before: state, after };
}
