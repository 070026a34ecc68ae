/** Comparisons with sums, counts and totals: exact, and of all that an unknown number may be (M3). */
import { type AskEvent, recordedInterval } from './aggregates.js';
import { type Interval, addIntervals, compareIntervals, negatedInterval, pointOf } from './amounts.js';
import type { Situation } from './situations.js';
import { askedOf, readTerm } from './outer-terms.js';
import type { Condition, Term } from './policy.js';
import { type Truth, UNKNOWN } from './truth.js';

type Comparison = Condition & { op: 'compare' };

/** True if a sum, a count or a total stands on a side. */
export function isOfNumbers({ left, right }: Comparison): boolean {
    return isSumOrAggregate(left) || isSumOrAggregate(right);
}

function isSumOrAggregate(term: Term): boolean {
    return term.term === 'sum' || term.term === 'aggregate' || (term.term === 'call' && isSumOrAggregate(term.of));
}

export function compareNumbers({ cmp, left, right }: Comparison, situation: Situation, ask: AskEvent): Truth {
    const [a, b] = [intervalOf(left, situation, ask), intervalOf(right, situation, ask)];
    return a && b ? compareIntervals(cmp, a, b) : UNKNOWN;
}

/** Undefined: it is not a number, or it cannot be read. */
export function intervalOf(term: Term, situation: Situation, ask: AskEvent): Interval | undefined {
    switch (term.term) {
        case 'sum': {
            const left = intervalOf(term.left, situation, ask);
            const right = intervalOf(term.right, situation, ask);
            return left && right && addIntervals(left, term.minus ? negatedInterval(right) : right);
        }
        case 'aggregate':
            return recordedInterval(askedOf(term.recorder, situation), ask);
        case 'call':
            return intervalOf(term.of, situation.decided ?? situation, ask);
        default: {
            const value = readTerm(term, situation);
            return typeof value === 'number' && Number.isFinite(value) ? pointOf(value) : undefined;
        }
    }
}
