/** Handles held calls, and the answers of humans (M4-M7). */
import { answered, isSatisfied, isVoidAtOnce, servingApprovals } from './approvals.js';
import type { Mutable } from '../memory/copies.js';
import { EventLog } from '../memory/event-log.js';
import { withLapse, withoutEarliest } from '../collections/expiry-queue.js';
import { readsAttempts } from '../events/effects.js';
import type { Lasting, Policy } from '../policy/policy.js';
import type { HeldCall, SessionState } from './session.js';
import type { Decision } from '../policy/decision.js';
import type { Call, CallEvent, HistoryEvent } from '../memory/memory.js';
import { epochNow } from '../conditions/inputs.js';

export function hold(policy: Policy, next: Mutable<SessionState>, id: number, call: Call, decision: Decision): void {
    if (isVoidAtOnce(policy, next, decision.rules, call)) {
        return;
    }
    const until = next.time + timeoutOf(policy, decision.rules);
    next.held = next.held.with({ id, call, since: next.time, until, requirements: decision.rules, approvals: [] });
    next.lapses = withLapse(next.lapses, until, id);
    if (readsAttempts(policy)) {
        next.log ??= new EventLog();
        next.views = next.views.with(String(id), { memory: next.settled, at: next.log });
    }
}

/** Holds the call; a requirement that is new in this decision starts its own time-out now (M6). */
export function holdAnew(policy: Policy, next: Mutable<SessionState>, held: HeldCall, decision: Decision): void {
    const asked = decision.rules.filter((rule) => !held.requirements.includes(rule));
    if (asked.length === 0) {
        return;
    }
    if (isVoidAtOnce(policy, next, asked, held.call)) {
        drop(next, held.id);
        return;
    }
    const stillUnanswered = decision.rules.length > asked.length;
    const asksUntil = next.time + timeoutOf(policy, asked);
    const until = stillUnanswered ? Math.min(held.until, asksUntil) : asksUntil;
    next.held = next.held.with({ ...held, requirements: [...held.requirements, ...asked], until });
    if (until !== held.until) {
        next.lapses = withLapse(next.lapses, until, held.id);
    }
}

/** Applies an approval. An answer is a place in the history, unless no requirement asked for it. */
export function approve(
    policy: Policy,
    next: Mutable<SessionState>,
    id: number,
    human: number,
    lasts: Lasting | undefined
): HistoryEvent | undefined {
    const held = heldById(next, id);
    const { own, standing } = answered(policy, next, held, human, lasts);
    if (own.length === 0) {
        return undefined;
    }
    const renewed = new Set(own.map(({ rule }) => rule));
    const kept = held.approvals.filter((approval) => approval.human !== human || !renewed.has(approval.rule));
    next.held = next.held.with({ ...held, approvals: [...kept, ...own] });
    if (standing.length > 0) {
        // A shorter choice does not end a longer one that was made before.
        const others = (next.approvals ?? []).filter(
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
        next.approvals = [...others, ...standing];
    }
    return answerTo(next, held, { approvedBy: human });
}

/** A refusal ends the hold together with its approvals. A refusal by someone who was not asked changes nothing (M5). */
export function refuse(
    policy: Policy,
    next: Mutable<SessionState>,
    id: number,
    human: number
): HistoryEvent | undefined {
    const held = heldById(next, id);
    const isAsked = held.requirements.some((index) => {
        const rule = policy.rules[index]!;
        return rule.kind === 'approval' && rule.humans.includes(human);
    });
    if (!isAsked) {
        return undefined;
    }
    drop(next, id);
    return answerTo(next, held, { refusedBy: human });
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

export function drop(next: Mutable<SessionState>, id: number): void {
    if (!next.held.has(id)) {
        return;
    }
    next.held = next.held.without(id);
    if (next.held.length === 0) {
        next.lapses = undefined;
    }
    Object.assign(next, withoutViews(next, [{ id }]));
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
 * Ends the holds that lapse before a later time: those whose time is over while a requirement has no answer that is
 * still valid then.
 */
export function lapse(policy: Policy, next: Mutable<SessionState>, time: number): void {
    const before = next.lapses;
    let lapses = before;
    const satisfied = new Set<number>();
    for (; lapses && lapses.until < time; lapses = withoutEarliest(lapses)) {
        const held = next.held.get(lapses.id);
        if (held && held.until < time && !satisfied.has(held.id)) {
            if (isAnswered(policy, next, held, time)) {
                satisfied.add(held.id);
            } else {
                drop(next, held.id);
            }
        }
    }
    if (lapses !== before) {
        // Answered calls are evaluated again whenever time passes, because their approvals expire too.
        next.lapses = [...satisfied].reduce((all, id) => withLapse(all, time, id), lapses);
    }
}

function isAnswered(policy: Policy, state: SessionState, held: HeldCall, time: number): boolean {
    return held.requirements.every((index) => {
        const rule = policy.rules[index]!;
        return (
            rule.kind !== 'approval' || isSatisfied(rule, index, servingApprovals(policy, state, held.call, held, time))
        );
    });
}
