/**
 * Runs both policies in lock step: the system of the exact search, in which every call is decided twice. While the
 * decisions agree, the histories do too, so one state represents both. When the decisions differ, the session ends; it
 * is a goal if the call is of the queried tool.
 */
import type { NumberedRule } from '../../model/decide.js';
import type { GivenApproval } from '../../model/conditions/inputs.js';
import type { Decision, Memory } from '../../model/session/session.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Action } from '../system/actions.js';
import type { Act } from '../traces/steps.js';
import { approvalWays } from '../system/approvals.js';
import { isChosen } from '../reductions/environment/chosen.js';
import { decideAction } from '../system/principals.js';
import type { Slice } from '../reductions/slice.js';
import type { SplitState, TakeStep } from '../system/successors.js';
import { PolicySystem } from '../system/system.js';
import type { Requirements } from './requirements.js';

/** The decision of each policy on one call, with the rule numbers of the slice. */
export interface Decisions {
    readonly old: Decision;
    readonly new: Decision;
}

export class DifferenceSystem extends PolicySystem {
    /**
     * True if some call was held by both for different requirements: the lapse or repetition of approvals may then
     * distinguish the policies, which this system does not explore.
     */
    requirementsDiffer = false;
    private readonly sides = new Map<Action, { readonly old: Action; readonly new: Action }>();

    /** @param border the number of rules in the slice that belong to the old policy; they come first */
    constructor(
        slice: Slice,
        actions: readonly Action[],
        border: number,
        private readonly requirements: Requirements
    ) {
        super(slice, actions);
        for (const action of actions) {
            this.sides.set(action, {
                old: narrowed(action, ({ index }) => index < border),
                new: narrowed(action, ({ index }) => index >= border)
            });
        }
    }

    override submit(state: SplitState, action: Action, _index: number, take: TakeStep): void {
        const decisions = this.decideBoth(action, state.memory, []);
        const act: Act = { kind: 'submit', ...action.made, decision: decisions.old };
        if (decisions.old.kind !== decisions.new.kind) {
            this.differ(state, action, [], decisions, take);
        } else if (decisions.old.kind === 'allowed') {
            this.release(
                { state, action, approvals: [], before: [], decision: decisions.old, ends: action.ends },
                take
            );
        } else if (decisions.old.kind === 'denied') {
            take({ state, effect: action.denied, acts: [act], goal: false });
        } else {
            const { old, new: young } = decisions;
            this.requirementsDiffer ||= !this.requirements.correspond(sameCalls(action), old.rules, young.rules);
            this.approveInBoth(state, action, decisions, take);
        }
    }

    /**
     * Takes every set of answers that releases the call in some policy; if it releases the call in only one, that is a
     * difference.
     */
    private approveInBoth(state: SplitState, action: Action, first: Decisions, take: TakeStep): void {
        const { made } = action;
        const ways = approvalWays(
            together(first),
            this.answers,
            () => true,
            (approvals) => together(this.decideBoth(action, state.memory, approvals))
        );
        for (const { approvals, acts: before } of ways) {
            const acts = before.map((act): Act =>
                'held' in act
                    ? { kind: 'submit', ...made, decision: act.held }
                    : { kind: 'approve', call: made.call, human: act.human }
            );
            const decisions = this.decideBoth(action, state.memory, approvals);
            if (decisions.old.kind !== decisions.new.kind) {
                this.differ(state, action, acts, decisions, take);
            } else {
                const released = { state, action, approvals, before: acts, decision: decisions.old };
                this.release({ ...released, ends: action.endsAfterHold }, take);
            }
        }
    }

    private differ(
        state: SplitState,
        action: Action,
        before: readonly Act[],
        decisions: Decisions,
        take: TakeStep
    ): void {
        if (mayBe(action.subject)) {
            const last: Act = { kind: 'submit', ...action.made, decision: decisions.new };
            take({ state, acts: [...before, last], goal: true, kind: kindOf(decisions) });
        }
    }

    private decideBoth(action: Action, memory: Memory, approvals: readonly GivenApproval[]): Decisions {
        const sides = this.sides.get(action)!;
        const { ground } = this.slice;
        return {
            old: decideAction(ground, sides.old, memory, approvals),
            new: decideAction(ground, sides.new, memory, approvals)
        };
    }
}

/**
 * The condition under which all submissions of a call count as one. If signals or the clock may differ at another
 * submission, all calls of the tool are treated as one.
 */
function sameCalls(action: Action): object | string {
    const { agent, tool, args } = action.call;
    return Object.keys(args).some(isChosen) ? `${agent} ${tool}` : action;
}

/** A text that is equal for differences of the same kind, which are shown once. */
export function kindOf({ old, new: young }: Decisions): string {
    return `${old.kind} ${old.rules.join()} -> ${young.kind} ${young.rules.join()}`;
}

/**
 * The holds that humans see in both: a call is held for everything that either policy requires. A difference ends the
 * hold, as a release does.
 */
function together({ old, new: young }: Decisions): Decision {
    const rules = [...new Set([...old.rules, ...young.rules])];
    return old.kind === young.kind ? { ...old, rules } : { kind: 'allowed', by: 'rule', rules };
}

function narrowed(action: Action, isOfSide: (rule: NumberedRule) => boolean): Action {
    return {
        ...action,
        rules: action.rules.filter(isOfSide),
        principals: action.principals.map(({ agent, rules }) => ({ agent, rules: rules.filter(isOfSide) }))
    };
}
