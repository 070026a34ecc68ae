/** The humans who can answer each requirement, and the sets of answers that can release a held call. */
import type { GivenApproval } from '../../model/conditions/inputs.js';
import { chosenAmong, waysToApprove } from '../../model/policy/lasting.js';
import type { Lasting, Policy, Rule } from '../../model/policy/policy.js';
import type { Decision } from '../../model/session/session.js';

/** The approval rules of a policy and every possible answer of a human to one of them, with their numbers in states. */
export class Answers {
    readonly rules: readonly number[];
    readonly all: readonly GivenApproval[];

    constructor(private readonly policy: Policy) {
        this.rules = policy.rules.flatMap((rule, index) => (rule.kind === 'approval' ? [index] : []));
        this.all = policy.rules.flatMap((rule, index) =>
            rule.kind === 'approval' ? rule.humans.map((human) => ({ human, rule: index })) : []
        );
    }

    /** The humans who can answer one of the rules, in declaration order. */
    humans(rules: readonly number[]): number[] {
        const asked = this.all.filter((answer) => rules.includes(answer.rule)).map((answer) => answer.human);
        return [...new Set(asked)].sort((a, b) => a - b);
    }

    /** The requirements that a human answers in a single act: every one that asks this human (M5). */
    by(human: number, rules: readonly number[]): GivenApproval[] {
        return this.all.filter((answer) => answer.human === human && rules.includes(answer.rule));
    }

    /**
     * The requirements that these approvals answer, with the choice of the human, where histories distinguish them
     * (`Rule.answeredAs`).
     */
    requirementsOf(given: readonly GivenApproval[], lasts: Lasting | undefined): number[] {
        return given.flatMap(({ rule }) => answeredAs(this.policy.rules[rule]!, lasts));
    }

    /** The approvals that a human may give to a call that waits for these requirements, as histories distinguish them. */
    ways(human: number, rules: readonly number[]): readonly (Lasting | undefined)[] {
        return waysToApprove(this.policy, rules, human);
    }

    /** For each approval rule, true if it is among these. */
    among(rules: readonly number[]): boolean[] {
        return this.rules.map((rule) => rules.includes(rule));
    }

    rulesOf(asked: readonly boolean[]): number[] {
        return this.rules.filter((_, number) => asked[number]);
    }
}

/** The number under which histories know an approval that answers the rule; none if it serves only the held call. */
export function answeredAs(rule: Rule, lasts: Lasting | undefined): number[] {
    if (rule.kind !== 'approval' || rule.answeredAs === undefined) {
        return [];
    }
    if (!rule.choices) {
        return [rule.answeredAs];
    }
    const chosen = chosenAmong(rule.choices, lasts);
    return chosen === 0 ? [] : [rule.answeredAs + rule.choices.indexOf(chosen)];
}

export interface ApprovalWay {
    readonly approvals: readonly GivenApproval[];
    /** The acts before the allowed submission, in order: the submissions that are held, and the approvals. */
    readonly acts: readonly ({ readonly held: Decision } | { readonly human: number })[];
    /** The decision that releases the call. */
    readonly decision: Decision;
}

/**
 * Every set of approvals that releases a call which was held with `first`, each with a shortest sequence of acts, if
 * only the call itself sees them. The search is breadth first over the requirements that were asked for (by M6, a new
 * one holds the call again) and the answers.
 *
 * @param mayApprove true if no assumption prevents the human from approving
 * @param decide the decision on the call with these approvals
 */
export function approvalWays(
    first: Decision,
    answers: Answers,
    mayApprove: (human: number) => boolean,
    decide: (approvals: readonly GivenApproval[]) => Decision
): ApprovalWay[] {
    interface Situation {
        readonly asked: readonly number[];
        readonly approvals: readonly GivenApproval[];
        readonly acts: ApprovalWay['acts'];
    }
    const ways: ApprovalWay[] = [];
    const seen = new Set<string>();
    const open: Situation[] = [{ asked: first.rules, approvals: [], acts: [{ held: first }] }];
    for (const { asked, approvals, acts } of open) {
        const key = JSON.stringify([[...asked].sort(), approvals.map(({ human, rule }) => `${human} ${rule}`).sort()]);
        if (seen.has(key)) {
            continue;
        }
        seen.add(key);
        const decision = approvals.length > 0 ? decide(approvals) : first;
        if (decision.kind === 'allowed') {
            ways.push({ approvals, acts, decision });
        } else if (decision.kind === 'held' && decision.rules.some((rule) => !asked.includes(rule))) {
            const all = [...new Set([...asked, ...decision.rules])];
            open.push({ asked: all, approvals, acts: [...acts, { held: decision }] });
        }
        for (const human of answers.humans(asked).filter(mayApprove)) {
            const given = answers.by(human, asked).filter((answer) => !approvals.includes(answer));
            if (given.length > 0) {
                open.push({ asked, approvals: [...approvals, ...given], acts: [...acts, { human }] });
            }
        }
    }
    return ways;
}
