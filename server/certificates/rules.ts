/** Proofs that the rules alone settle a claim: trees of cases that a program can check in one pass. */
import type { Policy, Rule } from '../model/policy/policy.js';
import { poll } from '../checker/limits/budget.js';
import { ALL, type CallQuestion, Choice, type ClosingReason, judgedCallers } from '../checker/portfolio/rules-alone.js';
import type { Case, Certificate, Closed, Proof } from './format.js';
import { type NumberedCondition, Places } from './places.js';

/** The maximum number of cases in the proof of one claim; a larger proof is not written. */
export const MOST_CASES = 5_000;

/** The proof of a claim; undefined if the rules alone do not settle it, or if the proof would be too large. */
export function proofByRules(
    policy: Policy,
    question: CallQuestion,
    claim: number
): Pick<Certificate, 'conditions' | 'cases'> | undefined {
    const places = new Places(policy, claim);
    const cases = new Map<string, Case>();
    const size = { left: MOST_CASES };
    const callers = judgedCallers(policy, question);
    for (const caller of callers ?? []) {
        const choice = new Choice(policy, question, caller, { rules: 0 });
        const { ofClaim, ofRules } = choice.open();
        const proof = new Tree(policy, choice, places.in(choice), size).under(ofClaim, ofRules);
        if (!proof) {
            return undefined;
        }
        const text = JSON.stringify(proof);
        const calls = cases.get(text)?.calls ?? [];
        cases.set(text, { calls: [...calls, [caller.tool, caller.agent]], proof });
    }
    return callers && { conditions: places.used, cases: [...cases.values()] };
}

/** The cases of one call. */
export class Tree {
    constructor(
        private readonly policy: Policy,
        private readonly choice: Choice,
        private readonly place: (key: string) => NumberedCondition,
        /** The number of cases left for the calls of the claim. */
        private readonly size: { left: number }
    ) {}

    /**
     * The proof for the values chosen so far; undefined if some choice of the open values breaks the claim, or there
     * are too many cases.
     *
     * @param asked the open conditions of the claim, and `others` those of the rules
     */
    under(asked: readonly string[], others: readonly string[]): Proof | undefined {
        poll();
        const closing = this.choice.closing();
        if (closing) {
            return this.closed(closing);
        }
        const key = this.next(asked, 1) ?? this.next(others, 0) ?? this.next(asked, 0);
        if (--this.size.left < 0 || key === undefined) {
            return undefined;
        }
        const [ifFalse, ifUnknown, ifTrue] = ALL.map((value) => {
            const excluding = this.choice.excluding(key, value);
            const [left, right] = [asked, others].map((keys) => keys.filter((one) => one !== key));
            return excluding === undefined
                ? this.choice.with(key, value, () => this.under(left!, right!))
                : { excludes: [this.place(key).number, this.place(excluding).number] as const };
        });
        if (!ifFalse || !ifUnknown || !ifTrue) {
            return undefined;
        }
        const { number, isNegated } = this.place(key);
        return {
            condition: number,
            false: isNegated ? ifTrue : ifFalse,
            unknown: ifUnknown,
            true: isNegated ? ifFalse : ifTrue
        };
    }

    /**
     * The condition that settles the most cases at once, if it settles at least this many; of two equal ones, the
     * first.
     */
    private next(open: readonly string[], least: 0 | 1): string | undefined {
        const settled = open.map(
            (key) =>
                ALL.filter(
                    (value) =>
                        this.choice.excluding(key, value) !== undefined ||
                        this.choice.with(key, value, () => this.choice.closing()) !== undefined
                ).length
        );
        const most = Math.max(...settled);
        return most >= least ? open[settled.indexOf(most)] : undefined;
    }

    private closed(closing: ClosingReason): Closed {
        const numberOf = (rule: Rule): number => this.policy.rules.indexOf(rule);
        switch (closing.by) {
            case 'claim':
            case 'no allow':
            case 'decision':
                return closing.by;
            case 'rule':
                return { denies: numberOf(closing.rule) };
            case 'approval':
                return { unapproved: numberOf(closing.rule), condition: this.place(closing.key).number };
        }
    }
}
