/** The search for a proof about one call: a tree of cases, each closed for a reason that the verifier knows. */
import type { CallCases } from '../verify/call.js';
import type { Literal } from '../verify/literals.js';
import { only, type Value, VALUES } from '../verify/truth.js';
import type { Closed, Proof } from './format.js';
import type { Numbers, Place } from './places.js';
import { spend, type Work } from './work.js';

/** A condition to choose a value for. */
export interface Open {
    readonly place: Place;
    readonly literal: Literal;
}

export class Tree {
    private readonly reasons: readonly Closed[];
    private readonly chosen: Open[] = [];

    /** @param size the number of cases that the proof may still have */
    constructor(
        private readonly call: CallCases,
        private readonly numbers: Numbers,
        private readonly size: { left: number },
        private readonly work: Work
    ) {
        const ofRules = [...call.rules.keys()].map((rule) => ({ denies: rule }));
        this.reasons = ['claim', 'no allow', 'decision', ...ofRules];
    }

    /**
     * The proof; undefined if some choice of values breaks the claim, or there are too many cases.
     *
     * @param asked the conditions of the claim, and `others` those of the rules
     */
    proof(asked: readonly Open[], others: readonly Open[]): Proof | undefined {
        const isOpen = ({ literal }: Open): boolean => VALUES.every((value) => this.call.open(literal) !== only(value));
        this.chosen.push(...[...asked, ...others].filter((one) => !isOpen(one)));
        return this.under(asked.filter(isOpen), others.filter(isOpen));
    }

    private under(asked: readonly Open[], others: readonly Open[]): Proof | undefined {
        spend(this.work);
        const closed = this.closed();
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
        this.chosen.push(next);
        const proofs = this.valuesOf(next).map((value) =>
            this.call.with(
                next.literal,
                value,
                (): Proof | undefined => this.excluded(next) ?? this.under(left!, right!)
            )
        );
        this.chosen.pop();
        if (proofs.includes(undefined)) {
            return undefined;
        }
        const named = this.valuesOf(next).map((value, index) => [NAMES[value], proofs[index]] as const);
        return { condition: this.numbers.of(next.place), ...Object.fromEntries(named) };
    }

    /** The condition that settles the most cases at once, but at least so many; of two, the one that comes first. */
    private next(open: readonly Open[], least: 0 | 1): Open | undefined {
        const settled = open.map((one) => {
            const isSettled = (): boolean => {
                spend(this.work);
                return this.closed() !== undefined || this.excluded(one) !== undefined;
            };
            return this.valuesOf(one).filter((value) => this.call.with(one.literal, value, isSettled)).length;
        });
        const most = Math.max(...settled);
        return most >= least ? open[settled.indexOf(most)] : undefined;
    }

    private valuesOf({ literal }: Open): Value[] {
        return VALUES.filter((value) => (this.call.open(literal) & only(value)) !== 0);
    }

    private closed(): Closed | undefined {
        return this.reasons.find((reason) => this.call.isClosedBy(reason));
    }

    /** The reason, if the values of this condition and of others exclude each other. */
    private excluded(one: Open): Closed | undefined {
        const others = this.chosen.filter(({ literal }) => literal.key !== one.literal.key);
        const alike = others.filter(({ literal }) => literal.test && literal.test.of === one.literal.test?.of);
        const groups = [[one], ...others.map((other) => [one, other]), ...(alike.length > 1 ? [[one, ...alike]] : [])];
        const found = groups.find((group) => this.call.excludes(group.map(({ literal }) => literal)));
        return found && { excludes: found.map(({ place }) => this.numbers.of(place)) };
    }
}

const NAMES = ['false', 'unknown', 'true'] as const;
