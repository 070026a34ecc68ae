/**
 * The decisions of the rules on the calls of one tool by one agent, if only some conditions have a known value (M3, M4,
 * M20).
 */
import { implies, type Literal, literalOf, type Side } from './literals.js';
import type { CallPattern, Claim, Condition, Policy, Rule } from './policy.js';
import {
    both,
    either,
    EVERY,
    mayBeFalse,
    mayBeTrue,
    mayNotBeFalse,
    negated,
    only,
    type Truths,
    type Value
} from './truth.js';

interface NumberedRule {
    readonly number: number;
    readonly rule: Rule;
    readonly isMeant: Truths;
}

export class CallCases {
    /** The values chosen so far, by the keys of literals. */
    private readonly chosen: Map<string, Value>;
    private readonly rules: readonly NumberedRule[];
    private readonly isHeld: boolean;
    private readonly literals = { rules: new Map<Condition, Literal>(), claim: new Map<Condition, Literal>() };

    constructor(
        private readonly policy: Policy,
        private readonly claim: Claim,
        private readonly tool: number,
        private readonly agent: number,
        known: ReadonlyMap<string, Value>
    ) {
        this.chosen = new Map(known);
        this.rules = policy.rules.flatMap((rule, number) => {
            const isMeant = this.matches(rule.subject);
            return rule.audit !== true && mayNotBeFalse(isMeant) ? [{ number, rule, isMeant }] : [];
        });
        // The rules of an agent that the caller acts for may hold the call, too (M16).
        this.isHeld = policy.delegations?.length
            ? policy.rules.some(({ kind, subject }) => kind === 'approval' && subject.tools[tool] !== 0)
            : this.rules.some(({ rule }) => rule.kind === 'approval');
    }

    literal(condition: Condition, side: Side): Literal {
        const known = this.literals[side].get(condition) ?? literalOf(this.policy, condition, side, this.isHeld);
        this.literals[side].set(condition, known);
        return known;
    }

    /** True if the condition, or its negation, already has a value. */
    isChosen({ key }: Literal): boolean {
        return this.chosen.has(key);
    }

    /** Runs `work` with the value chosen for the condition. */
    with({ key, isNegated }: Literal, value: Value, work: () => void): void {
        this.chosen.set(key, isNegated ? ((2 - value) as Value) : value);
        work();
        this.chosen.delete(key);
    }

    /** True if no call has the values chosen for the two conditions. */
    excludes(a: Literal, b: Literal): boolean {
        const [first, second] = [this.chosen.get(a.key), this.chosen.get(b.key)];
        return (
            first !== undefined &&
            second !== undefined &&
            ((implies(a, b) && first > second) || (implies(b, a) && second > first))
        );
    }

    /** True if the claim does not judge such a call, or if the call cannot break it. */
    isKept(): boolean {
        const { claim } = this;
        const asked = both(this.matches(claim.subject!), this.values((claim.bad ?? claim.when)!, 'claim'));
        return claim.decision === 'allowed' ? !mayBeTrue(asked) : !mayNotBeFalse(asked);
    }

    /** True if no `allow` certainly applies, so that nothing lets the call through. */
    isNotGranted(): boolean {
        // The effect of a mode's grants depends on the other modes (M18).
        return !this.rules.some(
            (one) => one.rule.kind === 'allow' && (one.rule.mode !== undefined || mayBeTrue(this.applies(one)))
        );
    }

    /**
     * True if no `allow` concerns such calls: nothing lets them through, and claims about decisions do not apply to
     * them (M20).
     */
    isNeverGranted(): boolean {
        return !this.rules.some(({ rule }) => rule.kind === 'allow');
    }

    /** True if the rule denies the call; unknown counts against the call. */
    isDeniedBy(number: number): boolean {
        const one = this.rules.find((other) => other.number === number);
        if (!one || mayBeFalse(this.applies(one))) {
            return false;
        }
        const { kind, requires } = one.rule;
        return kind === 'deny' || (kind === 'require' && !mayBeTrue(this.values(requires!, 'rules')));
    }

    /**
     * True if the rule requires an approval for the call, and the value of a claim's condition `approved by` shows that
     * none of the people who may give the approval has given it.
     */
    isUnapprovedBy(number: number, approved: Condition): boolean {
        const one = this.rules.find((other) => other.number === number);
        const { op, humans } = approved;
        return (
            one?.rule.kind === 'approval' &&
            // With `per`, the approval of another call may suffice.
            one.rule.per === undefined &&
            !mayBeFalse(this.applies(one)) &&
            op === 'approved by' &&
            Array.isArray(humans) &&
            one.rule.humans!.length > 0 &&
            one.rule.humans!.every((human) => humans.includes(human)) &&
            !mayBeTrue(this.values(approved, 'claim'))
        );
    }

    /** True if the decision, without approvals, is certainly the one that the claim requires. */
    isDecidedSo(): boolean {
        const of = (...kinds: string[]): NumberedRule[] => this.rules.filter(({ rule }) => kinds.includes(rule.kind));
        const stops = of('deny', 'require').some((one) => {
            const { kind, requires } = one.rule;
            const isMet = kind === 'require' && this.values(requires!, 'rules') === only(2);
            return mayNotBeFalse(this.applies(one)) && !isMet;
        });
        const isGranted = of('allow').some((one) => one.rule.mode === undefined && this.applies(one) === only(2));
        const asks = of('approval').map((one) => this.applies(one));
        switch (this.claim.decision) {
            case 'held':
                return !stops && isGranted && asks.some((applies) => !mayBeFalse(applies));
            case 'allowed':
                return !stops && isGranted && !asks.some(mayNotBeFalse);
            default:
                return false;
        }
    }

    private applies({ rule, isMeant }: NumberedRule): Truths {
        return both(isMeant, this.values(rule.when, 'rules'));
    }

    private matches({ tools, agents }: CallPattern): Truths {
        const isAgent = !Array.isArray(agents) || agents.includes(this.agent);
        return isAgent ? only(tools[this.tool] ?? 0) : only(0);
    }

    private values(condition: Condition, side: Side): Truths {
        switch (condition.op) {
            case 'constant':
                return only(condition['value'] as Value);
            case 'not':
                return negated(this.values(condition['arg'] as Condition, side));
            case 'and':
                return this.parts(condition, side).reduce(both, only(2));
            case 'or':
                return this.parts(condition, side).reduce(either, only(0));
            case 'caller is':
                return only(condition['agent'] === this.agent ? 2 : 0);
            case 'tool is':
                return only((condition['tools'] as Value[])[this.tool] ?? 0);
            default: {
                const { key, isNegated } = this.literal(condition, side);
                const value = this.chosen.get(key);
                return value === undefined ? EVERY : only(isNegated ? ((2 - value) as Value) : value);
            }
        }
    }

    private parts(condition: Condition, side: Side): Truths[] {
        return (condition['args'] as Condition[]).map((part) => this.values(part, side));
    }
}
