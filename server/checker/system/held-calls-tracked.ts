/**
 * The steps of a held call, if some condition can see the hold: the call is answered, submitted again, and may lapse.
 */
import { isSatisfied } from '../../model/session/approvals.js';
import { NONE } from '../../model/conditions/within.js';
import type { GivenApproval } from '../../model/conditions/inputs.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Decision, Memory } from '../../model/session/session.js';
import { mustBe } from '../../model/policy/truth.js';
import type { Action } from './actions.js';
import type { Act } from '../traces/steps.js';
import type { Answers } from './approvals.js';
import type { Assumed } from './assumptions.js';
import type { End } from './ends.js';
import { type Hold, type OwnSight, seenBy } from './held-call-times.js';
import { situationOf } from './situations.js';
import type { SplitState, TakeStep } from './successors.js';
import { NOW } from './timing.js';

/** The parts of the system that the steps of held calls need. */
export interface SystemParts {
    readonly assumed: Assumed;
    readonly withoutApproval: boolean;
    readonly decide: (action: Action, memory: Memory, approvals: readonly GivenApproval[]) => Decision;
    readonly release: (released: Release, take: TakeStep) => void;
}

/** A release of a call. */
export interface Release {
    readonly state: SplitState;
    readonly action: Action;
    readonly approvals: readonly GivenApproval[];
    /** The earlier acts of the same step. */
    readonly before: readonly Act[];
    readonly decision: Decision;
    readonly ends: readonly End[];
    /** True if the claim judges not this call but another one that represents it. */
    readonly isUnjudged?: true;
}

export class HeldCalls {
    constructor(
        private readonly policy: Policy,
        private readonly answers: Answers,
        private readonly own: OwnSight,
        private readonly deciding: SystemParts
    ) {}

    /** The hold of a call when it is first held. */
    heldAt(memory: Memory, action: number, decision: Decision): Hold {
        const asked = this.answers.among(decision.rules);
        return {
            action,
            asked,
            deadlines: asked.map((is) => (is ? NOW : NONE)),
            answers: this.answers.all.map(() => NONE),
            view: memory
        };
    }

    /** The answers that are still valid. */
    goodAnswers({ answers }: Hold): GivenApproval[] {
        return this.answers.all.filter(({ rule }, index) => isYoung(answers[index]!, this.secondsOf(rule, 'valid')));
    }

    /** True if the time of the held call is over, and a requirement has no valid answer. */
    hasLapsed(hold: Hold, action: Action, memory: Memory): boolean {
        const isOver = this.answers.rules.some(
            (rule, index) =>
                hold.deadlines[index] !== NONE && !isYoung(hold.deadlines[index]!, this.secondsOf(rule, 'timeout'))
        );
        const good = this.goodAnswers(hold);
        return (
            isOver &&
            this.answers.rulesOf(hold.asked).some((index) => {
                const rule = this.policy.rules[index]!;
                const served = action.served.get(index);
                const isServed = served && mustBe(evaluate(this.policy, served, situationOf(action.call, memory)));
                return rule.kind === 'approval' && !isServed && !isSatisfied(rule, index, good);
            })
        );
    }

    /** @param others the state without the call whose step this is */
    goOnWith(hold: Hold, action: Action, others: SplitState, take: TakeStep): void {
        if (this.hasLapsed(hold, action, others.memory)) {
            return;
        }
        const { call, made } = action;
        const asked = this.answers.rulesOf(hold.asked);
        for (const human of this.deciding.withoutApproval ? [] : this.answers.humans(asked)) {
            const effects = action.answers?.[human];
            if (this.deciding.assumed.approves(human, situationOf(call, others.memory))) {
                const given = this.answers.by(human, asked);
                const own = this.approved(hold, human);
                for (const lasts of this.answers.ways(human, asked)) {
                    const acts: Act[] = [{ kind: 'approve', call: made.call, human, lasts }];
                    const effect = effects?.approved(this.answers.requirementsOf(given, lasts));
                    take({ state: others, effect, acts, own, goal: false });
                }
            }
            const acts: Act[] = [{ kind: 'refuse', call: made.call, human }];
            take({ state: others, effect: effects?.refused, acts, goal: false });
        }
        const approvals = this.goodAnswers(hold);
        const decision = this.deciding.decide(action, seenBy(hold, others.memory, this.own), approvals);
        const submitted: Act = { kind: 'submit', ...made, decision };
        if (decision.kind === 'allowed') {
            const released = { state: others, action, approvals, before: [], decision, ends: action.endsAfterHold };
            this.deciding.release(released, take);
        } else if (decision.kind === 'denied') {
            take({ state: others, effect: action.deniedAfterHold, acts: [submitted], goal: false });
        } else if (decision.rules.some((rule) => !asked.includes(rule))) {
            take({ state: others, acts: [submitted], own: this.askedAnew(hold, asked, decision), goal: false });
        }
    }

    private approved(hold: Hold, human: number): Hold {
        const given = this.answers.by(human, this.answers.rulesOf(hold.asked));
        const answers = hold.answers.map((time, index) => (given.includes(this.answers.all[index]!) ? NOW : time));
        return { ...hold, answers };
    }

    /** A new requirement has its own time-out, in addition to those of older ones that are still unanswered (M6). */
    private askedAnew(hold: Hold, before: readonly number[], { rules }: Decision): Hold {
        const fresh = rules.filter((rule) => !before.includes(rule));
        const isOlderOpen = fresh.length < rules.length;
        return {
            ...hold,
            asked: this.answers.among([...before, ...fresh]),
            deadlines: this.answers.rules.map((rule, index) =>
                fresh.includes(rule) ? NOW : isOlderOpen ? hold.deadlines[index]! : NONE
            )
        };
    }

    private secondsOf(index: number, of: 'valid' | 'timeout'): number {
        const rule = this.policy.rules[index]!;
        return rule.kind === 'approval' ? rule[of] : 0;
    }
}

function isYoung(time: number, seconds: number): boolean {
    return time !== NONE && NOW - time <= seconds;
}
