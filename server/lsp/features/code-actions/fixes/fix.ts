/** A kind of repair for one or more codes. */
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';

export interface Fix {
    readonly codes: readonly string[];
    /** A description in one line, for the documentation. */
    readonly summary: string;
    /** The possible repairs, the likeliest first; empty if this problem has no such repair. */
    propose(problem: Problem): readonly Proposal[] | Promise<readonly Proposal[]>;
}
