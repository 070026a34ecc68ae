/** How a session goes on: the one function that makes the next state from an event. */
import { answered, isSatisfied, isVoidAtOnce, servingApprovals, voidedBy } from './approvals.js';
import { withAnswer } from './answers.js';
import { findHeld, isOpen } from './decide.js';
import { delegationBetween, endOfDelegationTo, isOpenDelegation } from './delegation.js';
import { initialMemory, memoryAt, readsAttempts, remember } from './monitors.js';
import type { Arguments, Param, Policy, Reading } from './policy.js';
import { keptAcross, readableConstants } from './sessions.js';
import { readableReadings } from './signals.js';
import type { Call, CallEvent, Decision, HeldCall, HistoryEvent, SessionEvent, SessionState } from './session.js';
import { completeArguments, readableArguments } from './values.js';

export function initial(policy: Policy): SessionState {
    return {
        time: 0,
        calls: 0,
        settled: initialMemory(policy),
        unsettled: [],
        held: [],
        running: [],
        views: {}
    };
}

/**
 * The state after an event. A `call` carries the decision that `decide` made of it in this state. Throws a
 * `RangeError` for an event that cannot happen here: the end of a call that does not run, an act on a call that is
 * not held, a clock that goes back.
 */
export function advance(policy: Policy, state: SessionState, event: SessionEvent): SessionState {
    switch (event.kind) {
        case 'call':
            return submit(policy, state, event.call, event.decision, event.readings);
        case 'end':
            return end(policy, state, event);
        case 'approve':
            return approve(policy, state, event.id, event.human);
        case 'refuse':
            return refuse(policy, state, event.id, event.human);
        case 'outside':
            return happen(policy, state, event.event, event.args);
        case 'says':
            return say(policy, state, event.request);
        case 'clock':
            return { ...state, epoch: event.epoch - state.time };
        case 'time':
            return passTime(policy, state, event.to);
        case 'return':
            return giveBack(policy, state, event.agent, event.to);
        case 'session':
            return beginSession(policy, state, event.constants);
    }
}

/** The call with its defaults filled in, as the history keeps it; unchanged if it does not fit its tool. */
export function completeCall(policy: Policy, call: Call): Call {
    const tool = policy.tools[call.tool];
    const completed = tool && completeArguments(tool, call.args);
    return completed?.ok ? { ...call, args: completed.args } : call;
}

/** Calls that still run are lost to the session that ends; the clock, and what is kept across sessions, goes on (M19). */
function beginSession(policy: Policy, state: SessionState, constants: Arguments): SessionState {
    const ended = state.running.reduce(
        (left, { id }) => end(policy, left, { kind: 'end', id, outcome: 'lost' }),
        state
    );
    const { time, calls, epoch } = ended;
    return {
        time,
        calls,
        settled: keptAcross(policy, memoryAt(policy, ended.settled, time), time),
        unsettled: [],
        held: [],
        running: [],
        views: {},
        constants: readableConstants(policy, constants),
        began: time,
        ...(epoch !== undefined && { epoch })
    };
}

/** What does not fit the event's declaration cannot be read (M3). */
function happen(policy: Policy, state: SessionState, outside: number, args: Arguments | undefined): SessionState {
    const { params = [] } = policy.outsideEvents[outside] ?? {};
    return append(policy, state, {
        id: -1,
        outside,
        time: state.time,
        ...(params.length > 0 && { args: readableArguments(params, args ?? {}) }),
        ...epochOf(state)
    });
}

/** The latest request counts for conditions on it; all that the user said in the session, for provenance. */
function say(policy: Policy, state: SessionState, said: Arguments): SessionState {
    const request = readableArguments([...(policy.request ?? []), REQUEST_TEXT], said);
    const outside = policy.outsideEvents.findIndex(({ special }) => special === 'user says');
    const heard = { ...state, request };
    // A policy without such an event asks nothing about it.
    return outside < 0
        ? heard
        : append(policy, heard, { id: -1, outside, time: state.time, args: request, ...epochOf(state) });
}

const REQUEST_TEXT: Param = { name: 'text', type: { kind: 'string' }, optional: true };

function epochOf(state: SessionState): { epoch?: number } {
    return state.epoch === undefined ? {} : { epoch: state.epoch + state.time };
}

function submit(
    policy: Policy,
    state: SessionState,
    submitted: Call,
    decision: Decision,
    readings: readonly Reading[] | undefined
): SessionState {
    if (!policy.tools[submitted.tool]) {
        return { ...state, calls: state.calls + 1 };
    }
    const call = completeCall(policy, submitted);
    const held = findHeld(state, call);
    const event = placeOf(policy, state, call, decision, readings);
    const { id } = event;
    const calls = held ? state.calls : state.calls + 1;
    switch (decision.kind) {
        case 'denied':
            return append(policy, drop({ ...state, calls }, id), event);
        case 'held':
            return held
                ? holdAnew(policy, state, held, decision)
                : append(policy, hold(policy, { ...state, calls }, id, call, decision), event);
        case 'allowed': {
            const unheld = drop({ ...state, calls }, id);
            if (event.outcome !== undefined) {
                return append(policy, unheld, event);
            }
            const running = [...unheld.running, { id, call, released: state.time }];
            return append(policy, { ...unheld, running }, event);
        }
    }
}

/** The place in the history that a decided call makes; its arguments are complete. */
export function placeOf(
    policy: Policy,
    state: SessionState,
    call: Call,
    decision: Decision,
    readings?: readonly Reading[]
): CallEvent {
    const held = findHeld(state, call);
    const isReleased = decision.kind === 'allowed';
    return {
        id: held?.id ?? state.calls,
        call,
        time: state.time,
        attempted: !held,
        denied: decision.kind === 'denied',
        held: decision.kind === 'held' && !held,
        released: isReleased,
        ...(isReleased && ofRelease(policy, state, call, held)),
        ...(state.constants && { session: state.constants }),
        ...(state.request && { request: state.request }),
        ...(readings && { readings: readableReadings(policy, readings) }),
        ...epochOf(state)
    };
}

/** Whose approvals a released call has; a delegation succeeds at once (M16). */
function ofRelease(
    policy: Policy,
    state: SessionState,
    call: Call,
    held: HeldCall | undefined
): Pick<CallEvent, 'approvers' | 'outcome'> {
    const approvers = held ? approversOf(policy, state, held) : [];
    return {
        ...(approvers.length > 0 && { approvers }),
        ...(policy.tools[call.tool]!.delegatesTo !== undefined && { outcome: 'success' })
    };
}

/** The end of a delegation cannot be refused: who has the work can always stop (M16). */
function giveBack(policy: Policy, state: SessionState, agent: number, to: number): SessionState {
    const delegation = delegationBetween(policy, to, agent);
    const outside = endOfDelegationTo(policy, agent);
    if (outside === undefined || delegation < 0 || !isOpenDelegation(policy, state, delegation)) {
        throw new RangeError('there is no open delegation between the two agents');
    }
    return append(policy, state, { id: -1, outside, time: state.time, agent: to });
}

function hold(policy: Policy, state: SessionState, id: number, call: Call, decision: Decision): SessionState {
    const held: HeldCall = {
        id,
        call,
        since: state.time,
        until: state.time + timeoutOf(policy, decision.rules),
        requirements: decision.rules,
        approvals: []
    };
    if (isVoidAtOnce(policy, state, decision.rules, call)) {
        return state;
    }
    return {
        ...state,
        held: [...state.held, held],
        views: readsAttempts(policy) ? { ...state.views, [id]: state.settled } : state.views
    };
}

/** M6: a requirement that was not asked before is asked now, with a time-out of its own. */
function holdAnew(policy: Policy, state: SessionState, held: HeldCall, decision: Decision): SessionState {
    const asked = decision.rules.filter((rule) => !held.requirements.includes(rule));
    if (asked.length === 0) {
        return state;
    }
    if (isVoidAtOnce(policy, state, asked, held.call)) {
        return drop(state, held.id);
    }
    const stillUnanswered = decision.rules.length > asked.length;
    const until = state.time + timeoutOf(policy, asked);
    return replaceHeld(state, {
        ...held,
        requirements: [...held.requirements, ...asked],
        until: stillUnanswered ? Math.min(held.until, until) : until
    });
}

/** An answer is a place in the history; one that no requirement asked for is none. */
function approve(policy: Policy, state: SessionState, id: number, human: number): SessionState {
    const held = heldById(state, id);
    const { own, standing } = answered(policy, state, held, human);
    if (own.length === 0) {
        return state;
    }
    const renewed = new Set(own.map(({ rule }) => rule));
    const kept = held.approvals.filter((approval) => approval.human !== human || !renewed.has(approval.rule));
    const others = (state.approvals ?? []).filter(
        (approval) =>
            !standing.some(
                ({ rule, keys, call }) =>
                    approval.human === human &&
                    approval.rule === rule &&
                    approval.keys === keys &&
                    approval.call.agent === call.agent &&
                    approval.call.tool === call.tool
            )
    );
    const after = replaceHeld(state, { ...held, approvals: [...kept, ...own] });
    return append(
        policy,
        standing.length > 0 ? { ...after, approvals: [...others, ...standing] } : after,
        answerTo(state, held, { approvedBy: human })
    );
}

function refuse(policy: Policy, state: SessionState, id: number, human: number): SessionState {
    const held = heldById(state, id);
    return append(policy, drop(state, id), answerTo(state, held, { refusedBy: human }));
}

/** The place of a human's answer. */
function answerTo(
    state: SessionState,
    { id, call }: HeldCall,
    answer: Pick<CallEvent, 'approvedBy' | 'refusedBy'>
): CallEvent {
    return { id, call, time: state.time, attempted: false, denied: false, held: false, released: false, ...answer };
}

/** Who approved the very call that is released now. */
function approversOf(policy: Policy, state: SessionState, held: HeldCall): number[] {
    const serving = servingApprovals(policy, state, held.call, held, state.time);
    return [...new Set(serving.filter(({ of }) => of === undefined).map(({ human }) => human))];
}

function end(policy: Policy, state: SessionState, ended: SessionEvent & { kind: 'end' }): SessionState {
    const { id } = ended;
    if (!state.running.some((call) => call.id === id)) {
        throw new RangeError(`call ${id} does not run`);
    }
    return settle(policy, {
        ...state,
        running: state.running.filter((call) => call.id !== id),
        unsettled: state.unsettled.map((event) =>
            isOpen(event) && event.id === id ? withAnswer(policy, event, ended) : event
        )
    });
}

/** A hold lapses when its time is over and a requirement has no valid answer. */
function passTime(policy: Policy, state: SessionState, to: number): SessionState {
    if (to < state.time) {
        throw new RangeError(`time cannot go back from ${state.time} to ${to}`);
    }
    const lapsed = state.held.filter(
        (held) =>
            to > held.until &&
            held.requirements.some((index) => {
                const rule = policy.rules[index]!;
                const approvals = servingApprovals(policy, state, held.call, held, to);
                return rule.kind === 'approval' && !isSatisfied(rule, index, approvals);
            })
    );
    const approvals = state.approvals?.filter(({ until }) => to <= until);
    return lapsed.reduce((next, held) => drop(next, held.id), {
        ...state,
        time: to,
        ...(approvals && { approvals })
    });
}

function append(policy: Policy, state: SessionState, event: HistoryEvent): SessionState {
    const kept = event.outside !== undefined || event.released ? voidedBy(policy, state, event) : state;
    if (kept.unsettled.length === 0) {
        return isOpen(event) ? { ...kept, unsettled: [event] } : fold(policy, kept, [event], NOTHING);
    }
    return { ...kept, unsettled: [...kept.unsettled, event] };
}

const NOTHING: readonly HistoryEvent[] = [];

/** Folds the events before the first release that still runs into the settled memory, and into each held call's view. */
function settle(policy: Policy, state: SessionState): SessionState {
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
    let { settled, views } = state;
    for (const event of done) {
        settled = remember(policy, settled, event);
    }
    // Only held calls have views.
    if (state.held.length > 0) {
        views = Object.fromEntries(
            Object.entries(views).map(([id, view]) => [
                id,
                done
                    .filter((event) => event.id !== Number(id))
                    .reduce((memory, event) => remember(policy, memory, event), view)
            ])
        );
    }
    return { ...state, settled, unsettled, views };
}

function timeoutOf(policy: Policy, rules: readonly number[]): number {
    return Math.min(
        ...rules.map((index) => {
            const rule = policy.rules[index]!;
            return rule.kind === 'approval' ? rule.timeout : Infinity;
        })
    );
}

function heldById(state: SessionState, id: number): HeldCall {
    const held = state.held.find((candidate) => candidate.id === id);
    if (!held) {
        throw new RangeError(`call ${id} is not held`);
    }
    return held;
}

function replaceHeld(state: SessionState, held: HeldCall): SessionState {
    return { ...state, held: state.held.map((other) => (other.id === held.id ? held : other)) };
}

function drop(state: SessionState, id: number): SessionState {
    if (!state.held.some((held) => held.id === id)) {
        return state;
    }
    const views = Object.fromEntries(Object.entries(state.views).filter(([heldId]) => Number(heldId) !== id));
    return { ...state, held: state.held.filter((held) => held.id !== id), views };
}
