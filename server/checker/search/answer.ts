/** What a search of a claim comes to, exact or bounded. */
import type { Exploration } from './breadth-first.js';
import type { FoundSession } from '../traces/found-session.js';
import type { Basis, ClaimResult, Trace, VerdictWord } from '../results/result.js';
import type { NamedScope } from '../limits/scopes.js';

export interface Answer {
    readonly verdict: VerdictWord;
    readonly exploration: Pick<Exploration<unknown>, 'states' | 'transitions' | 'depth' | 'exhausted' | 'limit'>;
    readonly scopes: readonly NamedScope[];
    readonly slice: Basis['slice'];
    /** For `possible`: the most steps done in any reachable state. */
    readonly furthest: number;
    readonly trace?: Trace;
    /** What the trace shows. */
    readonly session?: FoundSession;
    readonly obstacles: ClaimResult['obstacles'];
    /**
     * What the search represents by more sessions than there are, as noun phrases: that it found nothing is so of all
     * sessions, and what it found is a session only with a trace. Absent: nothing.
     */
    readonly approximates?: readonly string[];
    /** How many different values a key had at most, where that is a bound of the scope. */
    readonly values?: number;
    /** That sessions of the scope could break the claim was looked at already. */
    readonly isContested?: true;
    /** Nothing was searched: the finite system could not be made. */
    readonly isUnexplored?: true;
}
