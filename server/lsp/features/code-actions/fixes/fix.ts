/** A kind of repair for one or more codes. */
import type { Problem } from '../place.js';
import type { Edit } from '../../../../text-edits/edit.js';
import type { Proposal } from '../proposal.js';

export interface Fix {
    readonly codes: readonly string[];
    /** A description in one line, for the documentation. */
    readonly summary: string;
    /** The possible repairs, the likeliest first; empty if this problem has no such repair. */
    propose(problem: Problem): readonly Proposal[] | Promise<readonly Proposal[]>;
}

/** A proposal with one change, preferred unless the caller states otherwise. */
export function obvious(title: string, ...changes: Edit[]): Proposal {
    return { title, changes, isPreferred: true };
}
