/** The result of the search for a claim, exact or bounded. */
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
    /** The facts that the trace shows. */
    readonly session?: FoundSession;
    readonly obstacles: ClaimResult['obstacles'];
    /**
     * The features that the search over-approximates, as noun phrases: if it finds nothing, that covers all sessions,
     * but a path that it finds is a session only with a trace. Absent: none.
     */
    readonly approximates?: readonly string[];
    /** How many different values a key had at most, where that is a bound of the scope. */
    readonly values?: number;
    /** It was already checked that sessions of the scope could break the claim. */
    readonly isContested?: true;
    /** Nothing was searched: the finite system could not be made. */
    readonly isUnexplored?: true;
}
