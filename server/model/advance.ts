/** Advances a session: the only function that computes the next state from an event. */
import { withAnswer } from './events/call-answers.js';
import { copyOfState } from './session/state-copies.js';
import { CallList } from './memory/call-list.js';
import { findHeld } from './decide.js';
import { delegationBetween, endOfDelegationTo, isOpenDelegation } from './events/delegation.js';
import { approve, approversOf, drop, hold, holdAnew, lapse, refuse, withoutViews } from './session/held-calls.js';
import { initialMemory, memoryAt } from './events/effects.js';
import type { Arguments, Param, Policy, Reading } from './policy/policy.js';
import { keptAcrossSessions, readableConstants, resume } from './session/earlier-sessions.js';
import { readableReadings } from './conditions/signals.js';
import type { SessionEvent, SessionState } from './session/session.js';
import type { Decision } from './policy/decision.js';
import type { Mutable } from './memory/copies.js';
import type { Call, CallEvent, HistoryEvent } from './memory/memory.js';
import { epochNow } from './conditions/inputs.js';
import { append, settle } from './session/timeline.js';
import { endChanges, Unsettled } from './events/unsettled.js';
import { completeArguments, readableArguments } from './values/values.js';
import { VersionedMap } from './collections/versioned-map.js';

/** Every field is present from the start, because states with the same fields are copied fastest. */
export function initial(policy: Policy): SessionState {
    return {
        time: 0,
        calls: 0,
        settled: initialMemory(policy),
        ...nothingGoesOn(),
        constants: undefined,
        request: undefined,
        epoch: undefined,
        began: undefined
    };
}

function nothingGoesOn(): Pick<
    SessionState,
    'unsettled' | 'held' | 'lapses' | 'approvals' | 'running' | 'views' | 'log'
> {
    return {
        unsettled: Unsettled.nothing,
        held: CallList.empty(true),
        lapses: undefined,
        approvals: undefined,
        running: CallList.empty(false),
        views: VersionedMap.empty(),
        log: undefined
    };
}

/**
 * The state after an event: what the event changes at once, and then its place in the history. A `call` carries the
 * decision that `decide` made for it in this state. Throws a `RangeError` for an event that cannot happen here: the end
 * of a call that is not running, an action on a call that is not held, or a clock that goes back.
 */
export function advance(policy: Policy, state: SessionState, event: SessionEvent): SessionState {
    const next = copyOfState(state);
    const place = change(policy, next, event);
    if (place) {
        append(policy, next, place, event.kind === 'call' ? event.answer : undefined);
    }
    return next;
}

/** Changes the state by an event. Returns the place of the event in the history, if it has one. */
function change(policy: Policy, next: Mutable<SessionState>, event: SessionEvent): HistoryEvent | undefined {
    switch (event.kind) {
        case 'call':
            return submit(policy, next, event);
        case 'approve':
            return approve(policy, next, event.id, event.human, event.lasts);
        case 'refuse':
            return refuse(policy, next, event.id, event.human);
        case 'outside':
            return happen(policy, next, event);
        case 'says':
            return say(policy, next, event);
        case 'return':
            return giveBack(policy, next, event.agent, event.to);
        case 'end':
            end(policy, next, event);
            return undefined;
        case 'clock':
            next.epoch = event.epoch - next.time;
            return undefined;
        case 'time':
            passTime(policy, next, event.to);
            return undefined;
        case 'session':
            beginSession(policy, next, event.constants);
            return undefined;
    }
}

/** The call with its defaults filled in, as stored in the history; unchanged if it does not fit its tool. */
export function completeCall(policy: Policy, call: Call): Call {
    const tool = policy.tools[call.tool];
    const completed = tool && completeArguments(tool, call.args);
    return completed?.ok && completed.args !== call.args ? { ...call, args: completed.args } : call;
}

/** The call with the arguments that fit its tool. */
export function readableCall(policy: Policy, call: Call): Call {
    const { params } = policy.tools[call.tool]!;
    const completed = completeArguments({ params }, call.args);
    return completed.ok ? call : { ...call, args: readableArguments(params, call.args) };
}

/**
 * A session that ends loses its running calls. The clock continues, and everything that is kept across sessions stays
 * (M19).
 */
function beginSession(policy: Policy, next: Mutable<SessionState>, constants: Arguments): void {
    for (const { id } of next.running.items) {
        end(policy, next, { kind: 'end', id, outcome: 'lost' });
    }
    const { time } = next;
    // Only calls of other sessions of the same gateway can still be running then.
    if (next.unsettled.length > 0) {
        resume(policy, next, { own: initialMemory(policy, time) });
    } else {
        next.settled = keptAcrossSessions(policy, memoryAt(policy, next.settled, time), time);
    }
    Object.assign(next, nothingGoesOn(), { unsettled: next.unsettled }, withoutViews(next, next.held.items), {
        constants: readableConstants(policy, constants),
        request: undefined,
        began: time
    });
}

/** A value that does not fit the event's declaration cannot be read (M3). */
function happen(
    policy: Policy,
    state: SessionState,
    { event: outside, args, readings }: SessionEvent & { readonly kind: 'outside' }
): HistoryEvent {
    const { params = [] } = policy.outsideEvents[outside] ?? {};
    const readable = params.length > 0 ? readableArguments(params, args ?? {}) : undefined;
    return outsidePlace(policy, state, outside, readable, readings);
}

/** Conditions on the request read the latest request; provenance reads everything that the user said in the session. */
function say(
    policy: Policy,
    next: Mutable<SessionState>,
    { request, readings }: SessionEvent & { readonly kind: 'says' }
): HistoryEvent | undefined {
    const heard = readableArguments([...(policy.request ?? []), REQUEST_TEXT], request);
    next.request = heard;
    const outside = policy.outsideEvents.findIndex(({ special }) => special === 'user says');
    // A policy without such an event does not have conditions on it.
    return outside < 0 ? undefined : outsidePlace(policy, next, outside, heard, readings);
}

const REQUEST_TEXT: Param = { name: 'text', type: { kind: 'string' }, optional: true };

function outsidePlace(
    policy: Policy,
    { time, epoch }: SessionState,
    outside: number,
    args?: Arguments,
    readings?: readonly Reading[]
): HistoryEvent {
    return {
        id: -1,
        outside,
        time,
        ...(args && { args }),
        ...(readings && { readings: readableReadings(policy, readings) }),
        ...(epoch !== undefined && { epoch: epoch + time })
    };
}

function submit(
    policy: Policy,
    next: Mutable<SessionState>,
    { call: submitted, decision, readings, answer }: SessionEvent & { readonly kind: 'call' }
): HistoryEvent | undefined {
    if (!policy.tools[submitted.tool]) {
        next.calls++;
        return undefined;
    }
    const call = completeCall(policy, submitted);
    const held = findHeld(next, call);
    const event = placeOf(policy, next, call, decision, readings);
    const { id } = event;
    if (!held) {
        next.calls++;
    }
    switch (decision.kind) {
        case 'denied':
            drop(next, id);
            return event;
        case 'held':
            if (held) {
                holdAnew(policy, next, held, decision);
                return undefined;
            }
            hold(policy, next, id, call, decision);
            return event;
        case 'allowed':
            drop(next, id);
            if (event.outcome === undefined && !answer) {
                const isAwaited = endChanges(policy, event);
                next.running = next.running.with({ id, call, released: next.time, isAwaited });
            }
            return event;
    }
}

/**
 * The history entry of a decided call, with complete arguments. Of a call that the inventory refuses, those that do not fit their
 * types cannot be read (M4). Every field is present, as in states.
 */
export function placeOf(
    policy: Policy,
    state: SessionState,
    submitted: Call,
    decision: Decision,
    readings?: readonly Reading[]
): CallEvent {
    const held = findHeld(state, submitted);
    const call = decision.kind === 'denied' ? readableCall(policy, submitted) : submitted;
    const isReleased = decision.kind === 'allowed';
    // A delegation succeeds at once (M16).
    const isDone = isReleased && policy.tools[call.tool]!.delegatesTo !== undefined;
    return {
        id: held?.id ?? state.calls,
        call,
        time: state.time,
        attempted: !held,
        denied: decision.kind === 'denied',
        held: decision.kind === 'held' && !held,
        released: isReleased,
        approvers: isReleased && held ? approversOf(policy, state, held) : undefined,
        outcome: isDone ? 'success' : undefined,
        result: undefined,
        confirmed: undefined,
        session: state.constants,
        request: state.request,
        readings: readings && readableReadings(policy, readings),
        epoch: epochNow(state)
    };
}

/** The end of a delegation cannot be refused: the delegate can always stop (M16). */
function giveBack(policy: Policy, state: SessionState, agent: number, to: number): HistoryEvent {
    const delegation = delegationBetween(policy, to, agent);
    const outside = endOfDelegationTo(policy, agent);
    if (outside === undefined || delegation < 0 || !isOpenDelegation(policy, state, delegation)) {
        throw new RangeError('there is no open delegation between the two agents');
    }
    return { id: -1, outside, time: state.time, agent: to };
}

function end(policy: Policy, next: Mutable<SessionState>, ended: SessionEvent & { kind: 'end' }): void {
    const { id } = ended;
    const call = next.running.get(id);
    // In a state from an earlier session, a call of another session may end.
    if (!call && !next.unsettled.openCall(id)) {
        throw new RangeError(`call ${id} does not run`);
    }
    next.running = next.running.without(id);
    if (call?.isAwaited !== false) {
        next.unsettled = next.unsettled.ended(policy, id, (event) => withAnswer(policy, event, ended));
        settle(policy, next);
    }
}

function passTime(policy: Policy, next: Mutable<SessionState>, to: number): void {
    if (to < next.time) {
        throw new RangeError(`time cannot go back from ${next.time} to ${to}`);
    }
    lapse(policy, next, to);
    next.time = to;
    if (next.approvals?.some(({ until }) => to > until)) {
        next.approvals = next.approvals.filter(({ until }) => to <= until);
    }
}
