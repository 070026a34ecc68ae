/** Converts constants that are compared with values of an entity to its canonical form. */
import type { Term, Type, Value } from '../../server/model/policy/policy.js';
import { canonicalForm } from '../types/types.js';

/** The constant in the canonical form of the first entity among the types it is compared with. */
export function canonicalTerm(term: Term, types: readonly Type[]): Term {
    return term.term === 'constant' ? { ...term, value: canonicalValue(term.value, types) } : term;
}

export function canonicalValue<T extends Value>(value: T, types: readonly Type[]): T | string {
    const entity = types.find((type) => type.kind === 'entity');
    return entity && typeof value === 'string' ? canonicalForm(entity, value) : value;
}
