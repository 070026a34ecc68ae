/** The direction in which a change of the history moves a condition, derived from the directions of its parts. */
import type { Comparator, Condition } from '../../model/policy/policy.js';

/** The directions in which a change can move the value: none, only up, only down, or both. */
export type Polarity = 'none' | 'up' | 'down' | 'either';

/** @param ofPart the direction of a part that is not a logical operator */
export function polarityOf(condition: Condition, ofPart: (part: Condition) => Polarity): Polarity {
    switch (condition.op) {
        case 'not':
            return opposite(polarityOf(condition.arg, ofPart));
        case 'and':
        case 'or':
            return condition.args.map((arg) => polarityOf(arg, ofPart)).reduce(joined, 'none');
        default:
            return ofPart(condition);
    }
}

/** The direction of a comparison with a number that moves this way. */
export function polarityOfComparison(cmp: Comparator, moved: Polarity): Polarity {
    switch (cmp) {
        case '>=':
        case '>':
            return moved;
        case '<=':
        case '<':
            return opposite(moved);
        case '==':
        case '!=':
            return moved === 'none' ? 'none' : 'either';
    }
}

function opposite(polarity: Polarity): Polarity {
    return polarity === 'up' ? 'down' : polarity === 'down' ? 'up' : polarity;
}

function joined(a: Polarity, b: Polarity): Polarity {
    return a === 'none' ? b : b === 'none' || a === b ? a : 'either';
}
