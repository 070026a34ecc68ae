/**
 * Rewrites conditions on a single value, regardless of its origin, so that they can be treated like conditions on a
 * parameter.
 */
import type { Condition, Term } from '../../model/policy/policy.js';

/** The parameter that represents the value. */
export const OWN = '$';

/** The condition with the single value that it reads replaced by the parameter `OWN`. */
export function substituted(condition: Condition): Condition {
    return replace(condition) as Condition;
}

function replace(part: unknown): unknown {
    if (Array.isArray(part)) {
        return part.map(replace);
    }
    if (typeof part !== 'object' || part === null) {
        return part;
    }
    if (isTerm(part) && isWhole(part)) {
        return { term: 'param', name: OWN };
    }
    if (isTerm(part) && (part.term === 'latest' || part.term === 'call')) {
        return replace(part.of);
    }
    const fields = Object.entries(part).map(([field, inner]: [string, unknown]) => [
        field,
        field === 'value' || field === 'values' ? inner : replace(inner)
    ]);
    const replaced: unknown = Object.fromEntries(fields);
    return isCondition(part) && part.op === 'given' ? { op: 'given', param: OWN } : replaced;
}

/** True if the term is a variable. */
function isWhole(term: Term): boolean {
    return (
        term.term === 'param' ||
        term.term === 'session' ||
        term.term === 'signal' ||
        (term.term === 'field' && (term.of.term === 'result' || term.of.term === 'request'))
    );
}

export function isTerm(part: unknown): part is Term {
    return typeof part === 'object' && part !== null && 'term' in part && typeof part.term === 'string';
}

export function isCondition(part: unknown): part is Condition {
    return typeof part === 'object' && part !== null && 'op' in part && typeof part.op === 'string';
}
