/** The bounds that narrow a search. */
import { SCOPE_NAMES, type ScopeName } from '../../model/policy/scope-names.js';

export { SCOPE_NAMES, type ScopeName };

/** A bound in words, with what it narrows: `calls run one at a time (overlaps)`. */
export type NamedScope = `${string} (${ScopeName})`;

/** The scopes that are narrowed, without duplicates, in the order of `SCOPE_NAMES`. */
export function namesOfScopes(scopes: readonly NamedScope[]): ScopeName[] {
    return SCOPE_NAMES.filter((name) => scopes.some((scope) => scope.endsWith(` (${name})`)));
}

/** Collects the bounds that narrowed a search. */
export class Scopes extends Set<NamedScope> {
    /** The number of times a step was left out. */
    cuts = 0;

    /** Notes a bound that leaves out no step of the current state. */
    note(scope: NamedScope): void {
        super.add(scope);
    }

    /** Notes a bound that left out a step. */
    override add(scope: NamedScope): this {
        this.cuts++;
        return super.add(scope);
    }
}
