/** Finds where the conditions of a claim and of the rules are in the policy, as JSON pointers (RFC 6901). */
import type { Condition, Policy } from '../model/policy/policy.js';
import type { Choice, Side } from '../checker/portfolio/rules-alone.js';

interface Place {
    readonly pointer: string;
    readonly condition: Condition;
    readonly side: Side;
}

/** A condition of the certificate; `isNegated` is true if the search chooses values for its negation. */
export interface NumberedCondition {
    readonly number: number;
    readonly isNegated: boolean;
}

export class Places {
    private readonly all: readonly Place[];
    private readonly numbers = new Map<string, number>();

    constructor(policy: Policy, claim: number) {
        const found: Place[] = [];
        const visit = (condition: Condition, pointer: string, side: Side): void => {
            switch (condition.op) {
                case 'not':
                    visit(condition.arg, `${pointer}/arg`, side);
                    break;
                case 'and':
                case 'or':
                    condition.args.forEach((arg, index) => visit(arg, `${pointer}/args/${index}`, side));
                    break;
                case 'constant':
                case 'caller is':
                case 'tool is':
                    break;
                default:
                    found.push({ pointer, condition, side });
            }
        };
        const asked = policy.claims[claim]!;
        if ('bad' in asked) {
            visit(asked.bad, `/claims/${claim}/bad`, 'claim');
        } else if (asked.kind === 'decided') {
            visit(asked.when, `/claims/${claim}/when`, 'claim');
        }
        policy.rules.forEach((rule, index) => {
            visit(rule.when, `/rules/${index}/when`, 'rules');
            if (rule.kind === 'require') {
                visit(rule.requires, `/rules/${index}/requires`, 'rules');
            }
        });
        this.all = found;
    }

    /** The pointers to all numbered conditions, in the order of their numbers. */
    get used(): readonly string[] {
        return [...this.numbers.keys()];
    }

    /** The first place of each condition that the search chooses a value for. */
    in(choice: Choice): (key: string) => NumberedCondition {
        const first = new Map<string, { readonly pointer: string; readonly isNegated: boolean }>();
        for (const { pointer, condition, side } of this.all) {
            const { key, isNegated } = choice.meant(condition, side);
            if (!first.has(key)) {
                first.set(key, { pointer, isNegated });
            }
        }
        return (key) => {
            const { pointer, isNegated } = first.get(key)!;
            const number = this.numbers.get(pointer) ?? this.numbers.size;
            this.numbers.set(pointer, number);
            return { number, isNegated };
        };
    }
}
