/** What the rules decide about the calls of one tool by one agent, where only some conditions have a known value (M3, M4, M20). */
import { type Chosen, historyOf, isAlways, type Literal, literalOf, type Side } from './literals.js';
import { areExcluded } from './relations.js';
import { assert, listOf, objectOf, text } from './policy.js';
import type { CallPattern, Claim, Condition, JsonObject, Policy, Rule } from './policy.js';
import { both, either, EVERY, mayBeFalse, mayBeTrue, mayNotBeFalse, negated, only, valuesIn } from './truth.js';
import type { Truths, Value } from './truth.js';

type RuleOfCall = { readonly rule: Rule; readonly isMeant: Truths };

/** A condition, and where it is asked. */
export type Place = { readonly condition: Condition; readonly side: Side };

const NAMES = ['false', 'unknown', 'true'] as const;

export class CallCases {
    /** The values that the keys of literals may have: one, if it was chosen. Those of a state of a history are set at first. */
    chosen = new Map<string, Truths>();
    /** The rules that may concern the call, by their numbers. */
    readonly rules: ReadonlyMap<number, RuleOfCall>;
    private readonly isHeld: boolean;
    private readonly literals = { rules: new Map<Condition, Literal>(), claim: new Map<Condition, Literal>() };

    constructor(
        private readonly policy: Policy,
        private readonly claim: Claim,
        private readonly tool: number,
        private readonly agent: number,
        /** The condition with this number in the proofs; absent if there are none. */
        private readonly place?: (number: unknown) => Place
    ) {
        const meant = policy.rules.map(({ audit, subject }) => (audit === true ? only(0) : this.matches(subject)));
        const rules = policy.rules.map((rule, index) => [index, { rule, isMeant: meant[index]! }] as const);
        this.rules = new Map(rules.filter(([_, { isMeant }]) => mayNotBeFalse(isMeant)));
        // The rules of an agent that the caller acts for may hold the call, too (M16).
        const holding = policy.delegations?.length ? policy.rules : [...this.rules.values()].map(({ rule }) => rule);
        // A claim about decisions is about calls that are not held yet.
        this.isHeld =
            claim.kind !== 'decided' &&
            holding.some(({ kind, subject }) => kind === 'approval' && subject.tools[tool] !== 0);
    }

    /** Throws unless no call with the values chosen so far breaks the claim. */
    close(proof: unknown): void {
        if (typeof proof !== 'object' || proof === null || !('condition' in proof)) {
            return assert(this.isClosedBy(proof), `a case is not closed by ${text(proof)?.slice(0, 80)}`);
        }
        const literal = this.literal(this.place!(proof.condition));
        const values = valuesIn(this.open(literal));
        assert(values.length > 1, 'a case chooses a value of one condition twice');
        values.forEach((value) =>
            this.with(literal, value, () => this.close(objectOf(proof, 'a proof')[NAMES[value]]))
        );
    }

    /** True if no call with the values chosen so far breaks the claim, for this reason. */
    isClosedBy(reason: unknown): boolean {
        const { decision } = this.claim;
        // A claim that calls are held or allowed is broken by a denial.
        const isKeptByDenials = decision === undefined || decision === 'denied';
        const { denies, excludes } = objectOf(typeof reason === 'string' ? {} : reason, 'a proof');
        return (
            (reason === 'claim' && this.isKept()) ||
            (reason === 'decision' && this.isDecidedSo()) ||
            (reason === 'no allow' && (this.of('allow').length === 0 || (isKeptByDenials && this.isNotGranted()))) ||
            (denies !== undefined && isKeptByDenials && this.isStoppedBy(denies)) ||
            this.excludes(listOf(excludes ?? [], 'a list').map((one) => this.literal(this.place!(one))))
        );
    }

    literal({ condition, side }: Place): Literal {
        const { policy, isHeld, claim } = this;
        const known = this.literals[side].get(condition) ?? literalOf(policy, condition, side, isHeld, claim['isEnd']);
        this.literals[side].set(condition, known);
        return known;
    }

    /** The values that the condition may have. */
    open({ key, isNegated }: Literal): Truths {
        const values = this.chosen.get(key) ?? EVERY;
        return isNegated ? negated(values) : values;
    }

    /** Runs `work` with the value chosen for the condition. */
    with<T>({ key, isNegated }: Literal, value: Value, work: () => T): T {
        const before = this.chosen.get(key) ?? EVERY;
        this.chosen.set(key, only(isNegated ? ((2 - value) as Value) : value));
        const done = work();
        this.chosen.set(key, before);
        return done;
    }

    /** True if no call has all of the values chosen for the conditions. */
    excludes(literals: readonly Literal[]): boolean {
        const values = literals.map(({ key }) => valuesIn(this.chosen.get(key) ?? EVERY));
        const chosen = literals.map((literal, index): Chosen => [literal, values[index]![0]!]);
        const { params } = this.policy.tools[this.tool]!;
        const [a, b] = chosen as [Chosen, Chosen];
        const isWithin = chosen.length === 2 && (this.addsNothing(a, b) || this.addsNothing(b, a));
        return values.every(({ length }) => length === 1) && (isWithin || areExcluded(this.policy, chosen, params));
    }

    /** True if a total that never exceeds a bound would do so with an amount that is not positive. */
    private addsNothing([{ above: amount }, isMore]: Chosen, [{ above: sum }, exceeds]: Chosen): boolean {
        const { amount: of, ...bound } = sum ?? {};
        const { minus, left, right } = objectOf(of ?? {}, 'a sum');
        const isZero = amount?.bound === 0 && amount.isMore && text(amount.amount) === text(right) && isMore === 0;
        return isZero && minus === false && exceeds !== 0 && this.chosen.get(`both ${text([left, bound])}`) === only(0);
    }

    /** True if the claim is not about such a call, or is kept by it. */
    private isKept(): boolean {
        const { claim } = this;
        const asked = both(this.matches(claim.subject!), this.values((claim.bad ?? claim.when)!, 'claim'));
        return claim.decision === 'allowed' ? !mayBeTrue(asked) : !mayNotBeFalse(asked);
    }

    /** True if no `allow` certainly applies, so that nothing lets the call through. */
    private isNotGranted(): boolean {
        const grants = this.of('allow');
        const granting = grants.filter((one) => mayBeTrue(this.applies(one)));
        const machines = new Set(grants.flatMap(({ rule }) => rule.mode?.machine ?? []));
        // A machine may be in a mode that grants nothing: each mode that it may be in would have to grant the call (M18).
        const isNotGrantedIn = (machine: number): boolean => {
            const modes = new Set(
                granting.flatMap(({ rule: { mode } }) => (mode?.machine === machine ? mode.mode : []))
            );
            const inModes = [...modes].map((mode) => this.values({ op: 'in mode', machine, mode }, 'rules'));
            return inModes.every((values) => (modes.size > 1 ? values === only(0) : !mayBeTrue(values)));
        };
        const isPlain = granting.some(({ rule }) => rule.mode === undefined);
        return !isPlain && (machines.size === 0 || [...machines].some(isNotGrantedIn));
    }

    /** True if the rule denies the call, holds it and too few may have approved it, or withholds its result: unknown counts against it. */
    private isStoppedBy(number: unknown): boolean {
        const one = this.rules.get(number as number);
        const side = this.claim['isEnd'] === true && one?.rule.kind === 'withhold' ? 'claim' : 'rules';
        if (!one || mayBeFalse(both(one.isMeant, this.values(one.rule.when, side)))) {
            return false;
        }
        const { kind, requires } = one.rule;
        return (
            kind === 'deny' ||
            side === 'claim' ||
            (kind === 'require' && !mayBeTrue(this.values(requires!, 'rules'))) ||
            (kind === 'approval' && this.claim.kind !== 'decided' && this.isUnapproved(one.rule))
        );
    }

    /**
     * True if nobody may approve the call, or the values of what the claim asks about approvals show that too few of the people who may
     * have done so. What serves calls with the same keys serves this very call, too.
     */
    private isUnapproved({ per, humans = [], quorum = 1 }: Rule): boolean {
        const { bad, withoutApproval } = this.claim;
        const refused = partsOf(bad).flatMap((part) => {
            const isAlike = per === undefined || text(part['per']) === text(per);
            const of =
                part.op === 'approved by' && isAlike ? part : per === undefined ? this.ownApproval(part) : undefined;
            return of && !mayBeTrue(this.values(part, 'claim')) ? ((of['humans'] ?? humans) as number[]) : [];
        });
        return withoutApproval === true || humans.filter((human) => !refused.includes(human)).length < quorum;
    }

    /** The approvals of which the condition asks if there was one, if those of this call are among them: a claim sees them (M4). */
    private ownApproval(condition: Condition): JsonObject | undefined {
        if (!['monitor', 'recorded'].includes(condition.op)) {
            return undefined;
        }
        const { kind, event, perAgent, ...others } = historyOf(this.policy, condition);
        const isOwn = event.status === 'approved' && event.tools[this.tool] === 2 && isAlways(event.where);
        const areAll =
            ['agents', 'keys', 'answers', 'outside'].every((field) => event[field] === undefined) &&
            ['from', 'keys', 'window', 'asked', 'sameCall'].every((field) => others[field] === undefined);
        return kind === 'once' && isOwn && areAll && !perAgent ? event : undefined;
    }

    /** True if the decision, without approvals, is certainly the one that the claim names. */
    private isDecidedSo(): boolean {
        const may = (...kinds: string[]): RuleOfCall[] =>
            this.of(...kinds).filter((one) => mayNotBeFalse(this.applies(one)));
        const stops = may('deny', 'require').some(
            ({ rule: { requires } }) => requires === undefined || this.values(requires, 'rules') !== only(2)
        );
        const isGranted = this.of('allow').some((one) => one.rule.mode === undefined && this.applies(one) === only(2));
        const asks = may('approval');
        // With `per`, the approval of an earlier call may serve (M5).
        const isHeld = asks.some((one) => one.rule.per === undefined && !mayBeFalse(this.applies(one)));
        const isSo = { held: isHeld, allowed: asks.length === 0 }[this.claim.decision as 'held'] ?? false;
        return !stops && isGranted && isSo;
    }

    private of(...kinds: string[]): RuleOfCall[] {
        return [...this.rules.values()].filter(({ rule }) => kinds.includes(rule.kind));
    }

    private applies({ rule, isMeant }: RuleOfCall): Truths {
        return both(isMeant, this.values(rule.when, 'rules'));
    }

    private matches({ tools, agents }: CallPattern): Truths {
        const isAgent = !Array.isArray(agents) || agents.includes(this.agent);
        return isAgent ? only(tools[this.tool] ?? 0) : only(0);
    }

    values(condition: Condition, side: Side): Truths {
        const parts = ((condition['args'] ?? []) as Condition[]).map((part) => this.values(part, side));
        switch (condition.op) {
            case 'constant':
                return only(condition['value'] as Value);
            case 'not':
                return negated(this.values(condition['arg'] as Condition, side));
            case 'and':
                return parts.reduce(both, only(2));
            case 'or':
                return parts.reduce(either, only(0));
            case 'caller is':
                return only(condition['agent'] === this.agent ? 2 : 0);
            case 'tool is':
                return only((condition['tools'] as Value[])[this.tool] ?? 0);
            default:
                return this.open(this.literal({ condition, side }));
        }
    }
}

/** The condition and the conditions that it is put together from. */
export function partsOf(condition: Condition | undefined): Condition[] {
    const { arg, args } = (condition ?? {}) as { readonly arg?: Condition; readonly args?: readonly Condition[] };
    return condition ? [condition, ...[...(arg ? [arg] : []), ...(args ?? [])].flatMap(partsOf)] : [];
}
