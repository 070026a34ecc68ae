/**
 * Rewrites conditions on a single value, regardless of its origin, so that they can be treated like conditions on a
 * parameter.
 */
import type { Term } from '../../model/policy/policy.js';
import { type Part, rewritten } from './rewrite.js';

/** The parameter that represents the value. */
export const OWN = '$';

/** The condition with the single value that it reads replaced by the parameter `OWN`. */
export function substituted<T extends Part>(part: T): T {
    return rewritten(part, (inner) => {
        if ('op' in inner) {
            return inner.op === 'given' ? { op: 'given', param: OWN } : undefined;
        }
        return isWhole(inner)
            ? { term: 'param', name: OWN }
            : inner.term === 'latest' || inner.term === 'call'
              ? substituted(inner.of)
              : undefined;
    });
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
