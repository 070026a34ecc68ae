/**
 * Represents unboundedly many held calls (docs/checker.md, "Held calls"): the search tracks one held call for the
 * claim. For all others, it stores only what may be true of some call of each kind: that it was held and requires these
 * approvals, and who approved it. These calls never lapse and are never used up, and nothing is known about the parts
 * that they see differently from other calls. So the search covers more sessions than exist, and if none of them breaks
 * a claim, it holds.
 */
import type { GivenApproval } from '../../model/conditions/inputs.js';
import type { NumberedRule } from '../../model/decide.js';
import type { Condition } from '../../model/policy/policy.js';
import type { Decision } from '../../model/session/session.js';
import { type Truth, FALSE, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import type { Action } from './actions.js';
import type { Act } from '../traces/steps.js';
import type { Answers } from './approvals.js';
import { readsApprovals } from '../conditions/approvals.js';
import { conditionsOf, visitConditions } from '../conditions/walk.js';
import type { SystemParts } from './held-calls-tracked.js';
import type { OwnSight } from './held-call-times.js';
import { rewritten } from '../conditions/rewrite.js';
import type { Scopes } from '../limits/scopes.js';
import { situationOf } from './situations.js';
import type { SplitState, TakeStep } from './successors.js';
import { limitOf } from '../limits/limits.js';

interface Kind {
    readonly action: Action;
    readonly rules: readonly number[];
    readonly answers: readonly GivenApproval[];
    /** True if conditions can see who approved the calls of the action. */
    readonly readsApprovals: boolean;
    /** The offset of the bits of the action: one for each rule, then one for each answer. */
    readonly from: number;
    /** The action, once for each way in which its calls may see the history. */
    readonly views: () => readonly Action[];
}

export class OtherHeldCalls {
    /** The number of bits in a state. */
    readonly size: number;
    private readonly kinds: readonly (Kind | undefined)[];

    /** @param scopes receives the bounds that leave something out */
    constructor(
        actions: readonly Action[],
        private readonly answers: Answers,
        own: OwnSight,
        private readonly deciding: SystemParts,
        private readonly scopes: Scopes
    ) {
        let size = 0;
        this.kinds = actions.map((action): Kind | undefined => {
            const asked = [action.rules, ...action.principals.map(({ rules }) => rules)].flat();
            const rules = answers.rules.filter((rule) => asked.some(({ index }) => index === rule));
            if (rules.length === 0) {
                return undefined;
            }
            const given = answers.all.filter(({ rule }) => rules.includes(rule));
            const from = size;
            size += rules.length + given.length;
            let views: readonly Action[] | undefined;
            return {
                action,
                rules,
                answers: given,
                readsApprovals:
                    action.endsApproved !== undefined ||
                    asked.flatMap(({ rule }) => conditionsOf(rule)).some(readsApprovals),
                from,
                views: () => (views ??= this.viewsOf(action, own))
            };
        });
        this.size = size;
    }

    /** The state after some call of the action required these approvals. */
    asked(others: readonly boolean[], action: number, rules: readonly number[]): readonly boolean[] {
        const { rules: all, from } = this.kinds[action]!;
        return withBits(
            others,
            rules.map((rule) => from + all.indexOf(rule))
        );
    }

    /** The actions of which some call is held. */
    held(others: readonly boolean[]): number[] {
        return this.kinds.flatMap((kind, action) =>
            kind && kind.rules.some((_, number) => others[kind.from + number]) ? [action] : []
        );
    }

    /** Takes the possible steps of some other held call of the action. */
    goOnWith(index: number, state: SplitState, take: TakeStep): void {
        const others = state.others ?? [];
        const kind = this.kinds[index]!;
        const { call, made } = kind.action;
        const rules = kind.rules.filter((_, number) => others[kind.from + number]);
        const first = kind.from + kind.rules.length;
        for (const human of this.deciding.withoutApproval ? [] : this.answers.humans(rules)) {
            const effects = kind.action.answers?.[human];
            if (this.deciding.assumed.approves(human, situationOf(call, state.memory))) {
                for (const given of this.answersOf(human, rules)) {
                    const bits = given.map((answer) => first + kind.answers.indexOf(answer));
                    const after = { ...state, others: withBits(others, bits) };
                    for (const lasts of this.answers.ways(human, rules)) {
                        const acts: Act[] = [{ kind: 'approve', call: made.call, human, lasts }];
                        const effect = effects?.approved(this.answers.requirementsOf(given, lasts));
                        take({ state: after, effect, acts, goal: false });
                    }
                }
            }
            take({ state, effect: effects?.refused, acts: [{ kind: 'refuse', call: made.call, human }], goal: false });
        }
        const given = kind.answers.filter((_, number) => others[first + number]);
        this.submit(kind, index, given, state, take);
    }

    /**
     * The answers that the human may give in a single act: among the required approvals of some calls, those of one
     * call.
     */
    private answersOf(human: number, rules: readonly number[]): (readonly GivenApproval[])[] {
        const all = this.answers.by(human, rules);
        const known = this.answers.requirementsOf(all, 'session').length > 0;
        return known ? setsOf(all).filter((set) => set.length > 0) : [all];
    }

    private submit(
        kind: Kind,
        index: number,
        given: readonly GivenApproval[],
        state: SplitState,
        take: TakeStep
    ): void {
        const { action } = kind;
        const done = new Set<string>();
        for (const approvals of this.setsFor(kind, given)) {
            for (const seen of kind.views()) {
                const decision = this.deciding.decide(seen, state.memory, approvals);
                const key = JSON.stringify([decision.kind, decision.kind === 'denied' || [decision.rules, approvals]]);
                if (!done.has(key)) {
                    done.add(key);
                    this.decided(action, index, approvals, decision, state, take);
                }
            }
        }
    }

    private decided(
        action: Action,
        index: number,
        approvals: readonly GivenApproval[],
        decision: Decision,
        state: SplitState,
        take: TakeStep
    ): void {
        const acts: Act[] = [{ kind: 'submit', ...action.made, decision }];
        if (decision.kind === 'allowed') {
            const ends = action.endsAfterHold;
            this.deciding.release({ state, action, approvals, before: [], decision, ends, isUnjudged: true }, take);
        } else if (decision.kind === 'denied') {
            take({ state, effect: action.deniedAfterHold, acts, goal: false });
        } else {
            const others = this.asked(state.others ?? [], index, decision.rules);
            take({ state: { ...state, others }, acts, goal: false });
        }
    }

    /**
     * The answers that one call may have, among those given to some call: all of them, unless more may be worse than
     * fewer.
     */
    private setsFor(kind: Kind, given: readonly GivenApproval[]): (readonly GivenApproval[])[] {
        if (!kind.readsApprovals) {
            return [given];
        }
        if (given.length > limitOf('answersOfOthers')) {
            this.scopes.add('the approvals of other held calls are not tried in every combination (holds)');
            return [given];
        }
        return setsOf(given);
    }

    private viewsOf(action: Action, { monitors, machines }: OwnSight): readonly Action[] {
        const isSeen = (part: Condition): boolean =>
            part.op === 'monitor' || part.op === 'count'
                ? monitors.has(part.monitor)
                : part.op === 'in mode' && machines;
        const seen = new Map<string, Condition>();
        const rules = [action.rules, ...action.principals.map((principal) => principal.rules)].flat();
        for (const condition of rules.flatMap(({ rule }) => conditionsOf(rule))) {
            visitConditions(condition, (part) => {
                if (isSeen(part)) {
                    seen.set(JSON.stringify(part), part);
                }
            });
        }
        const governed = machines && rules.some(({ rule }) => rule.mode !== undefined);
        if (seen.size > limitOf('viewsOfOthers') || governed) {
            this.scopes.add('what a held call sees differently from others is not tried in every combination (holds)');
            return [action];
        }
        const ways = [...seen.keys()].reduce<Map<string, Truth>[]>(
            (all, part) => all.flatMap((some) => [TRUE, UNKNOWN, FALSE].map((value) => new Map(some).set(part, value))),
            [new Map<string, Truth>()]
        );
        return ways.map((values) => seeing(action, (part) => values.get(JSON.stringify(part))));
    }
}

/** Every subset of these answers. */
function setsOf(given: readonly GivenApproval[]): (readonly GivenApproval[])[] {
    return given.reduce<(readonly GivenApproval[])[]>(
        (sets, answer) => sets.flatMap((set) => [set, [...set, answer]]),
        [[]]
    );
}

/** The action, with these values for the conditions in its rules. */
function seeing(action: Action, valueOf: (part: Condition) => Truth | undefined): Action {
    const fixed = (condition: Condition): Condition =>
        rewritten(condition, (part) => {
            const value = 'op' in part ? valueOf(part) : undefined;
            return value === undefined ? undefined : { op: 'constant', value };
        });
    const fixedRules = (rules: readonly NumberedRule[]): NumberedRule[] =>
        rules.map(({ index, rule }) => ({
            index,
            rule:
                rule.kind === 'require'
                    ? { ...rule, when: fixed(rule.when), requires: fixed(rule.requires) }
                    : { ...rule, when: fixed(rule.when) }
        }));
    return {
        ...action,
        rules: fixedRules(action.rules),
        principals: action.principals.map((principal) => ({ ...principal, rules: fixedRules(principal.rules) }))
    };
}

/** The bits with others added; the same object if nothing changed. */
function withBits(bits: readonly boolean[], added: readonly number[]): readonly boolean[] {
    return added.every((at) => bits[at]) ? bits : bits.map((is, at) => is || added.includes(at));
}
