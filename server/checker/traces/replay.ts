/**
 * Replays acts through the decision procedure of the whole policy. However the search optimizes, a session is shown
 * only if this replay confirms it, decision by decision.
 */
import { advance, completeCall, initial, placeOf } from '../../model/advance.js';
import { withAnswer } from '../../model/events/call-answers.js';
import { decide, findHeld } from '../../model/decide.js';
import { endOfDelegationTo } from '../../model/events/delegation.js';
import type { Arguments, Lasting, Outcome, Policy, Reading } from '../../model/policy/policy.js';
import { withheldBy } from '../../model/events/withheld-results.js';
import type {
    Answer,
    Call,
    CallEvent,
    Decision,
    OutsideOccurrence,
    RunningCall,
    SessionState
} from '../../model/session/session.js';
import type { Act } from './steps.js';

export type ReplayedStep = ReplayedCall | ReplayedEvent | ReplayedSession;

/** An outside event. */
export interface ReplayedEvent {
    readonly kind: 'event';
    readonly event: OutsideOccurrence;
    readonly before: SessionState;
    readonly after: SessionState;
}

/** A session ends and another begins. */
export interface ReplayedSession {
    readonly kind: 'new session';
    /** The constants of the session that begins, if they differ from those of the session before. */
    readonly constants?: Arguments;
    /** Another session does not create a place in the history. */
    readonly event?: never;
    readonly before: SessionState;
    readonly after: SessionState;
}

/** A submission of a call, or a human's answer to a call. */
export interface ReplayedCall {
    readonly kind: 'call' | 'release' | 'approve' | 'refuse';
    readonly call: Call;
    readonly human?: number;
    /** The choice of the human, where a rule offers one. */
    readonly lasts?: Lasting;
    readonly decision?: Decision;
    readonly outcome?: Outcome;
    /** The values of the signals at the decision. */
    readonly readings?: readonly Reading[];
    /** The rules that withheld the result of the call. */
    readonly withheldBy?: readonly number[];
    /** The place in the history that the step creates, if any. */
    readonly event?: CallEvent;
    readonly before: SessionState;
    readonly after: SessionState;
}

/** Thrown if the decision procedure decides a session differently from the search, which is a defect of the checker. */
export class ReplayMismatch extends Error {}

/** The values that are given before the session begins. */
export interface SessionStart {
    readonly constants?: Arguments;
    /** The clock time of second 0, in seconds since 1970-01-01T00:00Z. */
    readonly epoch?: number;
}

export function begin(policy: Policy, { constants, epoch }: SessionStart): SessionState {
    const state = initial(policy);
    const constant = constants ? advance(policy, state, { kind: 'session', constants }) : state;
    return epoch === undefined ? constant : advance(policy, constant, { kind: 'clock', epoch });
}

/** @param times the second of each act */
export function replay(
    policy: Policy,
    acts: readonly Act[],
    times: readonly number[],
    start: SessionStart = {}
): ReplayedStep[] {
    const steps: ReplayedStep[] = [];
    let state = begin(policy, start);
    acts.forEach((act, index) => {
        if (times[index]! > state.time) {
            state = advance(policy, state, { kind: 'time', to: times[index]! });
        }
        if (act.kind === 'end') {
            // The end of a call is not a separate step: it changes the state after the previous step.
            state = endOf(policy, state, act);
            const last = steps.pop()!;
            steps.push({ ...last, after: state });
            return;
        }
        const step = stepOf(policy, state, act);
        steps.push(step);
        state = step.after;
    });
    return steps;
}

/** Ends the tool's longest-running call. */
export function endOf(policy: Policy, state: SessionState, act: Act & { readonly kind: 'end' }): SessionState {
    const { outcome, result } = act;
    const { id } = runningFor(policy, state, act);
    return advance(policy, state, { kind: 'end', id, outcome, ...(result && { result }) });
}

/** The call that ends; throws `ReplayMismatch` if none is running. */
export function runningFor(policy: Policy, state: SessionState, { tool }: Act & { readonly kind: 'end' }): RunningCall {
    const running = state.running.items.find(({ call }) => call.tool === tool);
    if (!running) {
        throw new ReplayMismatch(`no call of ${policy.tools[tool]!.name} is running, so none can end`);
    }
    return running;
}

/** Throws `ReplayMismatch` if the decision differs from that of the act. */
export function stepOf(policy: Policy, state: SessionState, act: Act): ReplayedStep {
    switch (act.kind) {
        case 'submit':
            return submit(policy, state, act);
        case 'happen':
            return happen(policy, state, act);
        case 'say':
            return say(policy, state, act);
        case 'return':
            return returnTo(policy, state, act.agent, act.to);
        case 'approve':
        case 'refuse':
            return answer(policy, state, act);
        case 'end':
            throw new ReplayMismatch('the end of a call is not a step of its own');
        case 'new session':
            return {
                kind: act.kind,
                ...(act.constants && { constants: act.constants }),
                before: state,
                after: startAnew(policy, state, act.constants)
            };
    }
}

/** The index of the step in which the latest session begins; -1 if there is only one session. */
export function latestSession(steps: readonly ReplayedStep[]): number {
    return steps.map(({ kind }) => kind).lastIndexOf('new session');
}

/** Begins another session. Without other constants it is one of the same user, so the constants stay (M19). */
export function startAnew(policy: Policy, state: SessionState, constants = state.constants ?? {}): SessionState {
    return advance(policy, state, { kind: 'session', constants });
}

/**
 * Submits a call, and ends it at once if it is released and there is an answer. Omitted arguments get their defaults
 * (M7).
 */
export function submitCall(
    policy: Policy,
    state: SessionState,
    submitted: Call,
    decision: Decision,
    answer: Answer | undefined,
    readings?: readonly Reading[]
): ReplayedCall {
    const call = completeCall(policy, submitted);
    const held = findHeld(state, call);
    const read = readings ? { readings } : {};
    let after = advance(policy, state, { kind: 'call', call, decision, ...read });
    const place = placeOf(policy, state, call, decision, readings);
    // A delegation has already succeeded.
    const ends = decision.kind === 'allowed' && place.outcome === undefined ? answer : undefined;
    const withholding = ends ? withheldAt(policy, after, place.id, ends) : [];
    const event = ends ? withAnswer(policy, place, ends) : place;
    if (ends) {
        after = advance(policy, after, { kind: 'end', id: event.id, ...ends });
    }
    return {
        kind: held && decision.kind === 'allowed' ? 'release' : 'call',
        call,
        decision,
        ...(event.outcome && { outcome: event.outcome }),
        ...read,
        ...(withholding.length > 0 && { withheldBy: withholding }),
        event,
        before: state,
        after
    };
}

/** The rules that withhold the answer of a call that is running in the state. */
export function withheldAt(policy: Policy, state: SessionState, id: number, answer: Answer): number[] {
    const event = state.unsettled.openCall(id);
    return event ? withheldBy(policy, withAnswer(policy, event, answer), state.settled) : [];
}

export function happen(
    policy: Policy,
    state: SessionState,
    { event, args, readings }: Pick<Act & { readonly kind: 'happen' }, 'event' | 'args' | 'readings'>
): ReplayedEvent {
    const given = { ...(args && { args }), ...(readings && { readings }) };
    const after = advance(policy, state, { kind: 'outside', event, ...given });
    const occurrence = { id: -1 as const, outside: event, time: state.time, ...given };
    return { kind: 'event', event: occurrence, before: state, after };
}

/** Lets the user say something, which is an event of the session that no policy declares. */
export function say(
    policy: Policy,
    state: SessionState,
    { request, readings }: Pick<Act & { readonly kind: 'say' }, 'request' | 'readings'>
): ReplayedEvent {
    const outside = policy.outsideEvents.findIndex(({ special }) => special === 'user says');
    const read = readings ? { readings } : {};
    const after = advance(policy, state, { kind: 'says', request, ...read });
    const event = { id: -1 as const, outside, time: state.time, args: request, ...read };
    return { kind: 'event', event, before: state, after };
}

/** Lets a delegate return the work to the agent that delegated it. */
export function returnTo(policy: Policy, state: SessionState, agent: number, to: number): ReplayedEvent {
    const after = advance(policy, state, { kind: 'return', agent, to });
    const outside = endOfDelegationTo(policy, agent)!;
    return { kind: 'event', event: { id: -1, outside, time: state.time, agent: to }, before: state, after };
}

function submit(policy: Policy, state: SessionState, act: Act & { kind: 'submit' }): ReplayedCall {
    const decision = decide(policy, state, act.call, act.readings);
    if (decision.kind !== act.decision.kind) {
        throw new ReplayMismatch(
            `${policy.tools[act.call.tool]!.name} is ${decision.kind}, where the search found it ${act.decision.kind}`
        );
    }
    const answer: Answer = { outcome: act.outcome ?? 'success', ...(act.result && { result: act.result }) };
    return submitCall(policy, state, act.call, decision, act.runs ? undefined : answer, act.readings);
}

function answer(policy: Policy, state: SessionState, act: Act & { kind: 'approve' | 'refuse' }): ReplayedCall {
    const held = findHeld(state, act.call);
    if (!held) {
        throw new ReplayMismatch(`${policy.tools[act.call.tool]!.name} is not held, so no human can answer`);
    }
    const { kind, call, human } = act;
    const lasts = act.kind === 'approve' ? act.lasts : undefined;
    const after = advance(policy, state, { kind, id: held.id, human, lasts });
    return { kind, call, human, ...(lasts !== undefined && { lasts }), before: state, after };
}
