/** The search for a proof about one call: a tree of cases, each closed for a reason that the verifier knows. */
import type { CallCases } from '../verify/call.js';
import type { Literal } from '../verify/literals.js';
import type { Claim, Condition } from '../verify/policy.js';
import { only, type Value, VALUES } from '../verify/truth.js';
import type { Closed, Proof } from './format.js';
import type { Numbers, Place } from './places.js';
import { spend, type Work } from './work.js';

/** A condition to choose a value for. */
export interface Open {
    readonly place: Place;
    readonly literal: Literal;
}

/** The reasons for which a call may be stopped or not be meant, by the conditions that they read. */
export class Reasons {
    readonly all: readonly Closed[];
    private readonly byKey = new Map<string, Closed[]>();

    /**
     * @param asked the conditions of the claim
     * @param rules the rules that may concern the call, by their numbers, with their conditions
     */
    constructor(
        { decision, withoutApproval }: Claim,
        asked: readonly Open[],
        rules: ReadonlyMap<number, { readonly kind: string; readonly reads: readonly Open[] }>
    ) {
        const of = (kinds: (kind: string) => boolean): Open[] =>
            [...rules.values()].flatMap(({ kind, reads }) => (kinds(kind) ? reads : []));
        const reasons: [Closed, readonly Open[]][] = [
            ['claim', asked],
            ['no allow', of((kind) => kind === 'allow')],
            ...(decision === undefined || decision === 'denied'
                ? []
                : ([['decision', of(() => true)]] satisfies [Closed, readonly Open[]][]))
        ];
        for (const [number, { kind, reads }] of rules) {
            if (kind !== 'allow') {
                // The claim says who has approved the call.
                const isOfBoth = kind === 'approval' && withoutApproval !== true;
                reasons.push([{ denies: number }, isOfBoth ? [...reads, ...asked] : reads]);
            }
        }
        this.all = reasons.map(([reason]) => reason);
        for (const [reason, reads] of reasons) {
            new Set(reads.map(({ literal }) => literal.key)).forEach((key) =>
                this.byKey.set(key, [...(this.byKey.get(key) ?? []), reason])
            );
        }
    }

    /** The reasons that read the condition. */
    reading({ literal }: Open): readonly Closed[] {
        return this.byKey.get(literal.key) ?? [];
    }
}

export class Tree {
    private readonly chosen: Open[] = [];

    /**
     * @param size the number of cases that the proof may still have
     * @param excluded what is known of values that exclude each other, for calls of the tool
     */
    constructor(
        private readonly call: CallCases,
        private readonly reasons: Reasons,
        private readonly numbers: Numbers,
        private readonly size: { left: number },
        private readonly work: Work,
        private readonly known: Map<string, boolean>
    ) {}

    /**
     * The proof; undefined if some choice of values breaks the claim, or there are too many cases.
     *
     * @param asked the conditions of the claim, and `others` those of the rules
     */
    proof(asked: readonly Open[], others: readonly Open[]): Proof | undefined {
        const isOpen = ({ literal }: Open): boolean => VALUES.every((value) => this.call.open(literal) !== only(value));
        this.chosen.push(...[...asked, ...others].filter((one) => !isOpen(one)));
        return this.under(asked.filter(isOpen), others.filter(isOpen), this.reasons.all);
    }

    /** @param reasons those that a condition reads whose value was just chosen: the others do not settle the case */
    private under(asked: readonly Open[], others: readonly Open[], reasons: readonly Closed[]): Proof | undefined {
        spend(this.work);
        const closed = this.closed(reasons);
        if (closed) {
            return closed;
        }
        const next = this.next(asked, 1) ?? this.next(others, 0) ?? this.next(asked, 0);
        if (--this.size.left < 0 || next === undefined) {
            return undefined;
        }
        const [left, right] = [asked, others].map((all) =>
            all.filter(({ literal }) => literal.key !== next.literal.key)
        );
        const proofs: [string, Proof][] = [];
        this.chosen.push(next);
        for (const value of this.valuesOf(next)) {
            const proof = this.call.with(
                next.literal,
                value,
                (): Proof | undefined => this.excluded(next) ?? this.under(left!, right!, this.reasons.reading(next))
            );
            if (!proof) {
                break;
            }
            proofs.push([NAMES[value], proof]);
        }
        this.chosen.pop();
        return proofs.length < this.valuesOf(next).length
            ? undefined
            : { condition: this.numbers.of(next.place), ...Object.fromEntries(proofs) };
    }

    /** The condition that settles the most cases at once, but at least so many; of two, the one that comes first. */
    private next(open: readonly Open[], least: 0 | 1): Open | undefined {
        const settled = open.map((one) => {
            const isSettled = (): boolean => {
                spend(this.work);
                return this.closed(this.reasons.reading(one)) !== undefined || this.excluded(one) !== undefined;
            };
            return this.valuesOf(one).filter((value) => this.call.with(one.literal, value, isSettled)).length;
        });
        const most = Math.max(...settled);
        return most >= least ? open[settled.indexOf(most)] : undefined;
    }

    private valuesOf({ literal }: Open): Value[] {
        return VALUES.filter((value) => (this.call.open(literal) & only(value)) !== 0);
    }

    private closed(reasons: readonly Closed[]): Closed | undefined {
        return reasons.find((reason) => this.call.isClosedBy(reason));
    }

    /** The reason, if the values of this condition and of others exclude each other. */
    private excluded(one: Open): Closed | undefined {
        const others = this.chosen.filter(({ literal }) => literal.key !== one.literal.key);
        const pairs = [[one], ...others.map((other) => [one, other])];
        const found = pairs.find((group) => this.areExcluded(group)) ?? this.excludedOf(one, others);
        return found && { excludes: found.map(({ place }) => this.numbers.of(place)) };
    }

    /** Three or more conditions whose values exclude each other, since they are about the same things; none of them can be left out. */
    private excludedOf(one: Open, others: readonly Open[]): readonly Open[] | undefined {
        let group = [one];
        for (const member of group) {
            const near = others.filter((other) => !group.includes(other) && areNear(member.literal, other.literal));
            group.push(...near);
        }
        if (group.length < 3 || !this.areExcluded(group)) {
            return undefined;
        }
        for (const member of group.slice(1)) {
            const less = group.filter((other) => other !== member);
            group = this.areExcluded(less) ? less : group;
        }
        return group;
    }

    /** The verifier's answer, which depends on nothing but the values. */
    private areExcluded(group: readonly Open[]): boolean {
        const literals = group.map(({ literal }) => literal);
        const key = literals.map((one) => `${one.key} ${this.call.open(one)} ${one.isNegated}`).join();
        const known = this.known.get(key) ?? this.call.excludes(literals);
        this.known.set(key, known);
        return known;
    }
}

/** True if both conditions ask about one of the same things: an argument, a value of the session, a history. */
export function areNear(a: Literal, b: Literal): boolean {
    return a.key === b.key || [...thingsIn(a)].some((thing) => thingsIn(b).has(thing));
}

function thingsIn({ condition }: Literal): ReadonlySet<string> {
    const known = things.get(condition) ?? new Set(JSON.stringify(condition).match(THING));
    things.set(condition, known);
    return known;
}

const things = new WeakMap<Condition, ReadonlySet<string>>();

const THING =
    /\{"term":"(?:param|session|request|now|result)"[^{}]*\}|\{"term":"constant","value":"[^{}]*\}|"(?:recorder|monitor|machine|signal)":\d+|"(?:time|day|date) in"/g;

const NAMES = ['false', 'unknown', 'true'] as const;
