/** Handles held calls, and the answers of humans (M4-M7). */
import { answered, isSatisfied, isVoidAtOnce, servingApprovals } from './approvals.js';
import type { Mutable } from '../memory/copies.js';
import { copyOfState } from './state-copies.js';
import { EventLog } from '../memory/event-log.js';
import { withLapse, withoutEarliest } from '../collections/expiry-queue.js';
import { readsAttempts } from '../events/effects.js';
import type { Lasting, Policy } from '../policy/policy.js';
import type { HeldCall, SessionState } from './session.js';
import type { Decision } from '../policy/decision.js';
import type { Call, CallEvent } from '../memory/memory.js';
import { epochNow } from '../conditions/inputs.js';
import { append } from './timeline.js';

export function hold(policy: Policy, state: SessionState, id: number, call: Call, decision: Decision): SessionState {
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
    const next = copyOfState(state);
    next.held = state.held.with(held);
    next.lapses = withLapse(state.lapses, held.until, id);
    if (readsAttempts(policy)) {
        next.log = state.log ?? new EventLog();
        next.views = state.views.with(String(id), { memory: state.settled, at: next.log });
    }
    return next;
}

/** Holds the call; a requirement that is new in this decision starts its own time-out now (M6). */
export function holdAnew(policy: Policy, state: SessionState, held: HeldCall, decision: Decision): SessionState {
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

/** Applies an approval. An answer is a place in the history, unless no requirement asked for it. */
export function approve(
    policy: Policy,
    state: SessionState,
    id: number,
    human: number,
    lasts: Lasting | undefined
): SessionState {
    const held = heldById(state, id);
    const { own, standing } = answered(policy, state, held, human, lasts);
    if (own.length === 0) {
        return state;
    }
    const renewed = new Set(own.map(({ rule }) => rule));
    const kept = held.approvals.filter((approval) => approval.human !== human || !renewed.has(approval.rule));
    // A shorter choice does not end a longer one that was made before.
    const others = (state.approvals ?? []).filter(
        (approval) =>
            !standing.some(
                ({ rule, keys, call, until }) =>
                    approval.until <= until &&
                    approval.human === human &&
                    approval.rule === rule &&
                    approval.keys === keys &&
                    approval.call.agent === call.agent &&
                    approval.call.tool === call.tool
            )
    );
    const after = replaceHeld(state, { ...held, approvals: [...kept, ...own] });
    if (standing.length > 0) {
        after.approvals = [...others, ...standing];
    }
    return append(policy, after, answerTo(state, held, { approvedBy: human }));
}

/** A refusal ends the hold together with its approvals. A refusal by someone who was not asked changes nothing (M5). */
export function refuse(policy: Policy, state: SessionState, id: number, human: number): SessionState {
    const held = heldById(state, id);
    const isAsked = held.requirements.some((index) => {
        const rule = policy.rules[index]!;
        return rule.kind === 'approval' && rule.humans.includes(human);
    });
    if (!isAsked) {
        return state;
    }
    return append(policy, drop(state, id), answerTo(state, held, { refusedBy: human }));
}

/** The place of a human's answer, with the clock, the constants of the session and the request of that moment. */
export function answerTo(
    state: SessionState,
    { id, call }: Pick<HeldCall, 'id' | 'call'>,
    answer: Pick<CallEvent, 'approvedBy' | 'refusedBy'>
): CallEvent {
    return {
        id,
        call,
        time: state.time,
        attempted: false,
        denied: false,
        held: false,
        released: false,
        ...answer,
        session: state.constants,
        request: state.request,
        epoch: epochNow(state)
    };
}

/** The people who approved exactly the call that is released now; undefined if nobody did. */
export function approversOf(policy: Policy, state: SessionState, held: HeldCall): number[] | undefined {
    const serving = servingApprovals(policy, state, held.call, held, state.time);
    const humans = new Set(serving.filter(({ of }) => of === undefined).map(({ human }) => human));
    return humans.size > 0 ? [...humans] : undefined;
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
    const held = state.held.get(id);
    if (!held) {
        throw new RangeError(`call ${id} is not held`);
    }
    return held;
}

function replaceHeld(state: SessionState, held: HeldCall): Mutable<SessionState> {
    const next = copyOfState(state);
    next.held = state.held.with(held);
    if (state.held.get(held.id)?.until !== held.until) {
        next.lapses = withLapse(state.lapses, held.until, held.id);
    }
    return next;
}

export function drop(state: SessionState, id: number): SessionState {
    if (!state.held.has(id)) {
        return state;
    }
    const next = copyOfState(state);
    next.held = state.held.without(id);
    if (next.held.length === 0) {
        next.lapses = undefined;
    }
    return Object.assign(next, withoutViews(state, [{ id }]));
}

/** The views that remain once some held calls are gone. */
export function withoutViews(
    state: SessionState,
    held: readonly { readonly id: number }[]
): Pick<SessionState, 'views' | 'log'> {
    const views = held.reduce((left, { id }) => left.without(String(id)), state.views);
    return { views, log: views.size === 0 ? undefined : state.log };
}

/**
 * The state after holds have lapsed: a hold lapses when its time is over and a requirement has no valid answer.
 * @param later the state at a later time
 */
export function lapsed(policy: Policy, state: SessionState, later: SessionState): SessionState {
    const { time } = later;
    let next = later;
    let lapses = state.lapses;
    const satisfied = new Set<number>();
    for (; lapses && lapses.until < time; lapses = withoutEarliest(lapses)) {
        const held = next.held.get(lapses.id);
        if (held && held.until < time && !satisfied.has(held.id)) {
            if (isAnswered(policy, state, held, time)) {
                satisfied.add(held.id);
            } else {
                next = drop(next, held.id);
            }
        }
    }
    if (lapses === state.lapses) {
        return next;
    }
    const left = copyOfState(next);
    // Answered calls are evaluated again whenever time passes, because their approvals expire too.
    left.lapses = [...satisfied].reduce((all, id) => withLapse(all, time, id), lapses);
    return left;
}

function isAnswered(policy: Policy, state: SessionState, held: HeldCall, time: number): boolean {
    return held.requirements.every((index) => {
        const rule = policy.rules[index]!;
        return (
            rule.kind !== 'approval' || isSatisfied(rule, index, servingApprovals(policy, state, held.call, held, time))
        );
    });
}
