/** Advances a session: the only function that computes the next state from an event. */
import { withAnswer } from './events/call-answers.js';
import { copyOfState } from './session/state-copies.js';
import { CallList } from './memory/call-list.js';
import { findHeld } from './decide.js';
import { delegationBetween, endOfDelegationTo, isOpenDelegation } from './events/delegation.js';
import { approve, approversOf, drop, hold, holdAnew, lapsed, refuse, withoutViews } from './session/held-calls.js';
import { initialMemory, memoryAt } from './events/effects.js';
import type { Arguments, Param, Policy, Reading } from './policy/policy.js';
import { keptAcrossSessions, readableConstants, resume } from './session/earlier-sessions.js';
import { readableReadings } from './conditions/signals.js';
import type { SessionEvent, SessionState } from './session/session.js';
import type { Decision } from './policy/decision.js';
import type { Call, CallEvent } from './memory/memory.js';
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
 * The state after an event. A `call` carries the decision that `decide` made for it in this state. Throws a
 * `RangeError` for an event that cannot happen here: the end of a call that is not running, an action on a call that is
 * not held, or a clock that goes back.
 */
export function advance(policy: Policy, state: SessionState, event: SessionEvent): SessionState {
    switch (event.kind) {
        case 'call':
            return submit(policy, state, event);
        case 'end':
            return end(policy, state, event);
        case 'approve':
            return approve(policy, state, event.id, event.human, event.lasts);
        case 'refuse':
            return refuse(policy, state, event.id, event.human);
        case 'outside':
            return happen(policy, state, event);
        case 'says':
            return say(policy, state, event);
        case 'clock':
            return tellTime(state, event.epoch);
        case 'time':
            return passTime(policy, state, event.to);
        case 'return':
            return giveBack(policy, state, event.agent, event.to);
        case 'session':
            return beginSession(policy, state, event.constants);
    }
}

function tellTime(state: SessionState, epoch: number): SessionState {
    const next = copyOfState(state);
    next.epoch = epoch - state.time;
    return next;
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
function beginSession(policy: Policy, state: SessionState, constants: Arguments): SessionState {
    const ended = state.running.items.reduce(
        (left, { id }) => end(policy, left, { kind: 'end', id, outcome: 'lost' }),
        state
    );
    const { time, calls, epoch } = ended;
    // Only calls of other sessions of the same gateway can still be running then.
    const { settled, unsettled } =
        ended.unsettled.length > 0
            ? resume(policy, ended, { own: initialMemory(policy, time) })
            : {
                  settled: keptAcrossSessions(policy, memoryAt(policy, ended.settled, time), time),
                  unsettled: Unsettled.nothing
              };
    return {
        time,
        calls,
        ...nothingGoesOn(),
        settled,
        unsettled,
        constants: readableConstants(policy, constants),
        request: undefined,
        epoch,
        began: time,
        ...withoutViews(ended, ended.held.items)
    };
}

/** A value that does not fit the event's declaration cannot be read (M3). */
function happen(
    policy: Policy,
    state: SessionState,
    { event: outside, args, readings }: SessionEvent & { readonly kind: 'outside' }
): SessionState {
    const { params = [] } = policy.outsideEvents[outside] ?? {};
    return append(policy, state, {
        id: -1,
        outside,
        time: state.time,
        ...(params.length > 0 && { args: readableArguments(params, args ?? {}) }),
        ...(readings && { readings: readableReadings(policy, readings) }),
        ...epochOf(state)
    });
}

/** Conditions on the request read the latest request; provenance reads everything that the user said in the session. */
function say(
    policy: Policy,
    state: SessionState,
    { request: said, readings }: SessionEvent & { readonly kind: 'says' }
): SessionState {
    const request = readableArguments([...(policy.request ?? []), REQUEST_TEXT], said);
    const outside = policy.outsideEvents.findIndex(({ special }) => special === 'user says');
    const heard = copyOfState(state);
    heard.request = request;
    // A policy without such an event does not have conditions on it.
    return outside < 0
        ? heard
        : append(policy, heard, {
              id: -1,
              outside,
              time: state.time,
              args: request,
              ...(readings && { readings: readableReadings(policy, readings) }),
              ...epochOf(state)
          });
}

const REQUEST_TEXT: Param = { name: 'text', type: { kind: 'string' }, optional: true };

function epochOf(state: SessionState): { epoch?: number } {
    return state.epoch === undefined ? {} : { epoch: state.epoch + state.time };
}

function submit(
    policy: Policy,
    state: SessionState,
    { call: submitted, decision, readings, answer }: SessionEvent & { readonly kind: 'call' }
): SessionState {
    if (!policy.tools[submitted.tool]) {
        return countCall(state);
    }
    const call = completeCall(policy, submitted);
    const held = findHeld(state, call);
    const event = placeOf(policy, state, call, decision, readings);
    const { id } = event;
    const counted = held ? state : countCall(state);
    switch (decision.kind) {
        case 'denied':
            return append(policy, drop(counted, id), event);
        case 'held':
            return held
                ? holdAnew(policy, state, held, decision)
                : append(policy, hold(policy, counted, id, call, decision), event);
        case 'allowed': {
            const unheld = drop(counted, id);
            if (event.outcome !== undefined || answer) {
                return append(policy, unheld, event, answer);
            }
            const running = copyOfState(unheld);
            const isAwaited = endChanges(policy, event);
            running.running = unheld.running.with({ id, call, released: state.time, isAwaited });
            return append(policy, running, event);
        }
    }
}

function countCall(state: SessionState): SessionState {
    const next = copyOfState(state);
    next.calls++;
    return next;
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
function giveBack(policy: Policy, state: SessionState, agent: number, to: number): SessionState {
    const delegation = delegationBetween(policy, to, agent);
    const outside = endOfDelegationTo(policy, agent);
    if (outside === undefined || delegation < 0 || !isOpenDelegation(policy, state, delegation)) {
        throw new RangeError('there is no open delegation between the two agents');
    }
    return append(policy, state, { id: -1, outside, time: state.time, agent: to });
}

function end(policy: Policy, state: SessionState, ended: SessionEvent & { kind: 'end' }): SessionState {
    const { id } = ended;
    const call = state.running.get(id);
    // In a state from an earlier session, a call of another session may end.
    if (!call && !state.unsettled.openCall(id)) {
        throw new RangeError(`call ${id} does not run`);
    }
    const next = copyOfState(state);
    next.running = state.running.without(id);
    if (call?.isAwaited === false) {
        return next;
    }
    next.unsettled = state.unsettled.ended(policy, id, (event) => withAnswer(policy, event, ended));
    return settle(policy, next);
}

function passTime(policy: Policy, state: SessionState, to: number): SessionState {
    if (to < state.time) {
        throw new RangeError(`time cannot go back from ${state.time} to ${to}`);
    }
    const later = copyOfState(state);
    later.time = to;
    if (state.approvals?.some(({ until }) => to > until)) {
        later.approvals = state.approvals.filter(({ until }) => to <= until);
    }
    return lapsed(policy, state, later);
}
