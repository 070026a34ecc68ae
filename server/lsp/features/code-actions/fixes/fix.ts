/** One kind of repair of one or more codes. */
import type { Problem } from '../place.js';
import type { Edit } from '../../../../text-edits/edit.js';
import type { Proposal } from '../proposal.js';

export interface Fix {
    readonly codes: readonly string[];
    /** A one-line description for the documentation. */
    readonly summary: string;
    /** The ways to repair it, the likeliest first; none where this problem has no such repair. */
    propose(problem: Problem): readonly Proposal[] | Promise<readonly Proposal[]>;
}

/** A proposal of one change, the obvious one unless the caller says otherwise. */
export function obvious(title: string, ...changes: Edit[]): Proposal {
    return { title, changes, isPreferred: true };
}
