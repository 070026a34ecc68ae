/**
 * Finds amounts for a session that was found by a search over sums: numbers that satisfy every comparison that a step
 * relies on. The comparisons bound sums of some of the amounts from one side. Bounds are propagated (each sum by its
 * least and greatest amounts), and if several numbers remain, one is chosen, as in constraint programming (Apt,
 * Principles of Constraint Programming, 2003, chapters 6 and 8).
 */
import type { Call } from '../../model/session/session.js';
import type { TimedActs } from './successors.js';
import { unscaled } from '../totals/amounts.js';
import type { SumStep } from './summing.js';
import { poll } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';

/** For each step, the values of its amounts by parameter name. */
type Amounts = ReadonlyMap<string, number>[];

/** An amount of one step. */
interface Unknown {
    readonly step: number;
    readonly param: string;
    readonly digits: number;
    readonly grain: number;
    readonly least: number;
    readonly most: number;
}

/** The sum of some amounts, plus a number. */
interface Expression {
    readonly unknowns: readonly number[];
    readonly number: number;
}

/** States that the sum of the amounts is at most `bound`, or at least `bound`. */
interface Constraint {
    readonly unknowns: readonly number[];
    readonly atMost: boolean;
    readonly bound: number;
}

/** The possible values of each amount. */
type Domains = readonly { readonly least: number; readonly most: number }[];

/**
 * The steps, with amounts in their calls that make them a session; undefined if there are no such amounts, or none were
 * found.
 */
export function withAmounts(path: readonly TimedActs[]): readonly TimedActs[] | undefined {
    if (path.every(({ sums }) => sums === undefined || sums.amounts.length === 0)) {
        return path;
    }
    const amounts = amountsOf(path.map(({ sums }) => sums));
    return (
        amounts &&
        path.map((edge, step) => {
            const changed = new Map<Call, Call>();
            // The call is the same in all acts of the step.
            const callOf = (call: Call): Call => {
                const known = changed.get(call) ?? {
                    ...call,
                    args: { ...call.args, ...Object.fromEntries(amounts[step]!) }
                };
                changed.set(call, known);
                return known;
            };
            return {
                ...edge,
                acts: edge.acts.map((act) => ('call' in act ? { ...act, call: callOf(act.call) } : act))
            };
        })
    );
}

/** The amounts of each step; undefined if there are none, or none were found. */
function amountsOf(steps: readonly (SumStep | undefined)[]): Amounts | undefined {
    const unknowns: Unknown[] = [];
    const constraints = constraintsOf(steps, unknowns);
    const chosen = new Chooser(unknowns, constraints).choose();
    return (
        chosen &&
        steps.map(
            (_, step) =>
                new Map(
                    unknowns.flatMap((unknown, index) =>
                        unknown.step === step
                            ? [[unknown.param, unscaled(chosen[index]!, unknown.digits)] as const]
                            : []
                    )
                )
        )
    );
}

/** @param unknowns receives the amounts, those of earlier steps first */
function constraintsOf(steps: readonly (SumStep | undefined)[], unknowns: Unknown[]): Constraint[] {
    const constraints: Constraint[] = [];
    let sums = new Map<number, Expression>();
    const sumIn = (register: number): Expression => sums.get(register) ?? NOTHING;
    steps.forEach((step, index) => {
        if (!step) {
            return;
        }
        const first = unknowns.length;
        step.amounts.forEach((range) => unknowns.push({ step: index, ...range }));
        for (const { register, to, amount, least } of step.shifts) {
            const { unknowns: before, number } = sumIn(register);
            sums.set(
                to,
                amount < 0
                    ? { unknowns: before, number: number + least }
                    : { unknowns: [...before, first + amount], number }
            );
        }
        for (const { register, bound, atMost } of step.guards) {
            const { unknowns: added, number } = sumIn(register);
            constraints.push({ unknowns: added, atMost, bound: (atMost ? bound : bound + 1) - number });
        }
        const sourceOf = (source: number | undefined): Expression => (source === undefined ? NOTHING : sumIn(source));
        sums = new Map([...step.sources].map(([register, source]) => [register, sourceOf(source)]));
    });
    return constraints;
}

const NOTHING: Expression = { unknowns: [], number: 0 };

class Chooser {
    private choices = 0;
    private readonly most = limitOf('sumChoices');
    /** For each amount, the constraints that it is in. */
    private readonly constraintsWith: readonly Constraint[][];

    constructor(
        private readonly unknowns: readonly Unknown[],
        private readonly constraints: readonly Constraint[]
    ) {
        this.constraintsWith = unknowns.map(() => []);
        constraints.forEach((one) => one.unknowns.forEach((at) => this.constraintsWith[at]!.push(one)));
    }

    choose(): readonly number[] | undefined {
        const domains = this.propagated(this.unknowns, this.constraints);
        return domains && this.from(0, domains);
    }

    /** Chooses the amounts from this one on; the earlier ones are already fixed. */
    private from(index: number, domains: Domains): readonly number[] | undefined {
        const domain = domains[index];
        if (!domain) {
            return domains.map(({ least }) => least);
        }
        for (const value of preferred(this.unknowns[index]!, domain)) {
            if (++this.choices > this.most) {
                return undefined;
            }
            const narrowed = this.propagated(
                domains.map((each, at) => (at === index ? { least: value, most: value } : each)),
                this.constraintsWith[index]!
            );
            const found = narrowed && this.from(index + 1, narrowed);
            if (found) {
                return found;
            }
        }
        return undefined;
    }

    /**
     * Narrows both ends of every range so that each constraint can be met with some values of the others; undefined if
     * a constraint cannot be met.
     *
     * @param changed the constraints to consider: all others narrow nothing in these ranges
     */
    private propagated(given: Domains, changed: readonly Constraint[]): Domains | undefined {
        const domains = given.map(({ least, most }) => ({ least, most }));
        // The loop also visits what is added to the set meanwhile.
        const open = new Set(changed);
        for (const constraint of open) {
            poll();
            open.delete(constraint);
            const { unknowns, atMost, bound } = constraint;
            // Only the other side is narrowed, so these bounds stay valid.
            const side = atMost ? 'least' : 'most';
            let [finite, unbounded] = [0, 0];
            for (const at of unknowns) {
                const one = domains[at]![side];
                if (one === Infinity) {
                    unbounded++;
                } else {
                    finite += one;
                }
            }
            const total = unbounded > 0 ? Infinity : finite;
            if (atMost ? total > bound : total < bound) {
                return undefined;
            }
            for (const at of unknowns) {
                const domain = domains[at]!;
                const own = domain[side];
                const others = own === Infinity ? unbounded - 1 : unbounded;
                const rest = others > 0 ? Infinity : own === Infinity ? finite : finite - own;
                const left = (bound - rest) / this.unknowns[at]!.grain;
                const end = (atMost ? Math.floor(left) : Math.ceil(left)) * this.unknowns[at]!.grain;
                if (atMost ? end >= domain.most : end <= domain.least) {
                    continue;
                }
                domain[atMost ? 'most' : 'least'] = end;
                if (domain.least > domain.most) {
                    return undefined;
                }
                this.constraintsWith[at]!.forEach((one) => open.add(one));
            }
        }
        return domains;
    }
}

/**
 * The numbers to try, the most natural first (decision 1): the least number, unless the session needs more than the
 * least of the call; then the largest number that a rule allows.
 */
function preferred({ least, most }: Unknown, domain: Domains[number]): number[] {
    const needsMore = domain.least > least && domain.most === most && most !== Infinity;
    const ends = needsMore ? [domain.most, domain.least] : [domain.least, domain.most];
    return [...new Set(ends.filter((end) => end !== Infinity))];
}
