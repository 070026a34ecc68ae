/** Handles approvals: the answers of humans, the calls that they authorize, and when they expire (M5). */
import { readTerm } from '../conditions/evaluate.js';
import type { GivenApproval, Situation } from '../conditions/inputs.js';
import type { Mutable } from '../memory/copies.js';
import { matchesEvent } from '../events/matching.js';
import { chosenAmong, secondsOf } from '../policy/lasting.js';
import type { Lasting, Policy, Rule, Term } from '../policy/policy.js';
import { hasVoiding } from '../memory/affected-parts.js';
import type { Approval, HeldCall, SessionState, ReusableApproval } from './session.js';
import type { Call, HistoryEvent } from '../memory/memory.js';
import { mayBe } from '../policy/truth.js';
import { isOpen } from '../events/unsettled.js';
import { canonicalText } from '../values/canonical-text.js';

export type ApprovalRule = Rule & { readonly kind: 'approval' };

/** The approvals that authorize a call now: those of its own hold, and the reusable ones for its keys. */
export function servingApprovals(
    policy: Policy,
    state: SessionState,
    call: Call,
    held: HeldCall | undefined,
    time: number
): readonly GivenApproval[] {
    if (!held && !state.approvals) {
        return NONE_GIVEN;
    }
    const own = held?.approvals.filter((approval) => time <= approval.until) ?? [];
    const standing = (state.approvals ?? []).filter(
        (approval) =>
            time <= approval.until &&
            approval.call.agent === call.agent &&
            approval.call.tool === call.tool &&
            approval.keys === keysOf(policy, state, approval.rule, call)
    );
    return [...own, ...standing.map(({ human, rule, call: { args } }) => ({ human, rule, of: args }))];
}

const NONE_GIVEN: readonly GivenApproval[] = [];

/** True if enough different people have answered this very requirement (M5). */
export function isSatisfied(rule: ApprovalRule, index: number, approvals: readonly GivenApproval[]): boolean {
    const people = new Set(approvals.filter((approval) => approval.rule === index).map((approval) => approval.human));
    return people.size >= rule.quorum;
}

/**
 * The effect of a human's answer to a held call. One person may satisfy several requirements, and an approval starts
 * when it is given. It authorizes exactly these arguments; with `per`, it also authorizes every call with the same
 * keys, unless one of them cannot be read or the person chose that it serves once.
 */
export function answered(
    policy: Policy,
    state: SessionState,
    held: HeldCall,
    human: number,
    lasts: Lasting | undefined
): { readonly own: Approval[]; readonly standing: ReusableApproval[] } {
    const own = held.requirements.flatMap((index): Approval[] => {
        const rule = policy.rules[index]!;
        return rule.kind === 'approval' && rule.humans.includes(human)
            ? [{ human, rule: index, at: state.time, until: state.time + rule.valid }]
            : [];
    });
    const standing = own.flatMap(({ rule, until }): ReusableApproval[] => {
        const keys = keysOf(policy, state, rule, held.call);
        const { choices } = policy.rules[rule] as ApprovalRule;
        const chosen = choices && secondsOf(chosenAmong(choices, lasts));
        return keys === undefined || chosen === 0
            ? []
            : [{ human, rule, call: held.call, keys, until: chosen === undefined ? until : state.time + chosen }];
    });
    return { own, standing };
}

/**
 * The values of the keys of a requirement `per K` as one text; undefined if it has no keys, or if one of them cannot be
 * read.
 */
function keysOf(policy: Policy, state: SessionState, index: number, call: Call): string | undefined {
    const rule = policy.rules[index]!;
    const per = rule.kind === 'approval' ? rule.per : undefined;
    return per && keyText(per, { ...situationOf(state, call), approvals: [] });
}

/** The text of the terms; undefined if one of them cannot be read. */
export function keyText(terms: readonly Term[], situation: Situation): string | undefined {
    const values = terms.map((term) => readTerm(term, situation));
    return values.includes(undefined) ? undefined : canonicalText(values.map((value) => value ?? null));
}

/** Takes out the holds and reusable approvals that an event voids (`until changed by`). */
export function voidBy(policy: Policy, next: Mutable<SessionState>, event: HistoryEvent): void {
    if (!hasVoiding(policy)) {
        return;
    }
    for (const { id, call, requirements } of next.held) {
        if (requirements.some((rule) => changes(policy, next, rule, call, event))) {
            next.held = next.held.without(id);
            next.views = next.views.without(String(id));
        }
    }
    next.approvals = next.approvals?.filter(({ rule, call }) => !changes(policy, next, rule, call, event));
}

/** True if an event whose outcome is still open voids a hold of the call for these requirements immediately. */
export function isVoidAtOnce(
    policy: Policy,
    state: SessionState,
    requirements: readonly number[],
    call: Call
): boolean {
    return (
        hasVoiding(policy) &&
        state.unsettled
            .events()
            .some((event) => isOpen(event) && requirements.some((rule) => changes(policy, state, rule, call, event)))
    );
}

/** True if the event is, or may be, the E of `until changed by E(k)` for a call that waits for this requirement. */
function changes(policy: Policy, state: SessionState, index: number, call: Call, event: HistoryEvent): boolean {
    const rule = policy.rules[index]!;
    const changedBy = rule.kind === 'approval' ? rule.changedBy : undefined;
    if (!changedBy || !mayBe(matchesEvent(policy, changedBy.event, event, call.agent))) {
        return false;
    }
    const asked = situationOf(state, call);
    const happened = situationOf(state, {
        agent: event.outside === undefined ? event.call.agent : call.agent,
        tool: event.outside === undefined ? event.call.tool : -1,
        args: (event.outside === undefined ? event.call.args : event.args) ?? {}
    });
    return changedBy.keys.every((key) => {
        const [theirs, ours] = [keyText([key.event], happened), keyText([key.call], asked)];
        return theirs === undefined || ours === undefined || theirs === ours;
    });
}

function situationOf(state: SessionState, call: Call): Situation {
    return {
        call,
        memory: state.settled,
        time: state.time,
        approvals: [],
        ...(state.constants && { constants: state.constants }),
        ...(state.request && { request: state.request })
    };
}
