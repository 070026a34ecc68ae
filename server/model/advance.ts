/** How a session goes on: the one function that makes the next state from an event. */
import { findHeld, isOpen, isSatisfied, validApprovals } from './decide.js';
import { initialMemory, readsAttempts, remember } from './monitors.js';
import type { Policy } from './policy.js';
import type {
    Approval,
    Call,
    CallEvent,
    Decision,
    HeldCall,
    HistoryEvent,
    Memory,
    SessionEvent,
    SessionState
} from './session.js';
import { completeArguments } from './values.js';

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
            return submit(policy, state, event.call, event.decision);
        case 'end':
            return end(policy, state, event.id, event.outcome);
        case 'approve':
            return approve(policy, state, event.id, event.human);
        case 'refuse':
            heldById(state, event.id);
            return drop(state, event.id);
        case 'outside':
            return append(policy, state, { id: -1, outside: event.event, time: state.time });
        case 'time':
            return passTime(policy, state, event.to);
        default:
            throw new RangeError(`${event.kind} cannot happen`);
    }
}

/** The call with its defaults filled in, as the history keeps it; unchanged if it does not fit its tool. */
export function completeCall(policy: Policy, call: Call): Call {
    const tool = policy.tools[call.tool];
    const completed = tool && completeArguments(tool, call.args);
    return completed?.ok ? { ...call, args: completed.args } : call;
}

function submit(policy: Policy, state: SessionState, submitted: Call, decision: Decision): SessionState {
    if (!policy.tools[submitted.tool]) {
        return { ...state, calls: state.calls + 1 };
    }
    const call = completeCall(policy, submitted);
    const held = findHeld(state, call);
    const id = held?.id ?? state.calls;
    const calls = held ? state.calls : state.calls + 1;
    const event: CallEvent = {
        id,
        call,
        time: state.time,
        attempted: !held,
        denied: decision.kind === 'denied',
        held: decision.kind === 'held' && !held,
        released: decision.kind === 'allowed'
    };
    switch (decision.kind) {
        case 'denied':
            return append(policy, drop({ ...state, calls }, id), event);
        case 'held':
            return held
                ? holdAnew(policy, state, held, decision)
                : append(policy, hold(policy, { ...state, calls }, id, call, decision), event);
        case 'allowed': {
            const released = drop({ ...state, calls }, id);
            const running = [...released.running, { id, call, released: state.time }];
            return append(policy, { ...released, running }, event);
        }
    }
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
    const stillUnanswered = decision.rules.length > asked.length;
    const until = state.time + timeoutOf(policy, asked);
    return replaceHeld(state, {
        ...held,
        requirements: [...held.requirements, ...asked],
        until: stillUnanswered ? Math.min(held.until, until) : until
    });
}

/** M5: one person may satisfy several requirements, and an approval starts when it is given. */
function approve(policy: Policy, state: SessionState, id: number, human: number): SessionState {
    const held = heldById(state, id);
    const given: Approval[] = held.requirements.flatMap((rule) => {
        const requirement = policy.rules[rule]!;
        return requirement.kind === 'approval' && requirement.humans.includes(human)
            ? [{ human, rule, at: state.time, until: state.time + requirement.valid }]
            : [];
    });
    const kept = held.approvals.filter(
        (approval) => approval.human !== human || !given.some((renewed) => renewed.rule === approval.rule)
    );
    return replaceHeld(state, { ...held, approvals: [...kept, ...given] });
}

function end(policy: Policy, state: SessionState, id: number, outcome: CallEvent['outcome']): SessionState {
    if (!state.running.some((call) => call.id === id)) {
        throw new RangeError(`call ${id} does not run`);
    }
    return settle(policy, {
        ...state,
        running: state.running.filter((call) => call.id !== id),
        unsettled: state.unsettled.map((event) =>
            isOpen(event) && event.id === id && outcome !== undefined ? { ...event, outcome } : event
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
                return rule.kind === 'approval' && !isSatisfied(rule, index, validApprovals(held, to));
            })
    );
    return lapsed.reduce((next, held) => drop(next, held.id), { ...state, time: to });
}

function append(policy: Policy, state: SessionState, event: HistoryEvent): SessionState {
    return settle(policy, { ...state, unsettled: [...state.unsettled, event] });
}

/** Folds the events before the first release that still runs into the settled memory, and into each held call's view. */
function settle(policy: Policy, state: SessionState): SessionState {
    const open = state.unsettled.findIndex(isOpen);
    const done = open < 0 ? state.unsettled : state.unsettled.slice(0, open);
    if (done.length === 0) {
        return state;
    }
    const views: { [heldId: number]: Memory } = {};
    for (const [id, view] of Object.entries(state.views)) {
        views[Number(id)] = done
            .filter((event) => event.id !== Number(id))
            .reduce((memory, event) => remember(policy, memory, event), view);
    }
    return {
        ...state,
        settled: done.reduce((memory, event) => remember(policy, memory, event), state.settled),
        unsettled: open < 0 ? [] : state.unsettled.slice(open),
        views
    };
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
