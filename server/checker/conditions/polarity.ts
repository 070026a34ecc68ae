/** How a change of the history moves a condition: through its logic, from what its parts say of it. */
import type { Comparator, Condition } from '../../model/policy/policy.js';

/** How far it can move the value: nowhere, only up, only down, or either way. */
export type Polarity = 'none' | 'up' | 'down' | 'either';

/** @param ofPart of what is not logic */
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

/** For a comparison with a number that is moved this way. */
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
