/** A kind of repair for one or more codes. */
import type { Problem } from '../place.js';
import { type Edit, fixesIn } from '../../../../../language/edits/edit.js';
import type { Proposal } from '../proposal.js';

export interface Fix {
    readonly codes: readonly string[];
    /** A description in one line, for the documentation. */
    readonly summary: string;
    /** The possible repairs, the likeliest first; empty if this problem has no such repair. */
    propose(problem: Problem): readonly Proposal[] | Promise<readonly Proposal[]>;
}

/** The fixes in the diagnostic itself. */
export function ownFixes({ diagnostic }: Problem): Proposal[] {
    return (fixesIn(diagnostic) ?? []).map(({ edits, ...fix }) => ({ ...fix, changes: edits }));
}

/** A proposal with one change, preferred unless the caller states otherwise. */
export function obvious(title: string, ...changes: Edit[]): Proposal {
    return { title, changes, isPreferred: true };
}
