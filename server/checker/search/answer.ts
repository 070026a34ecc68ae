/** The result of the search for a claim, exact or bounded. */
import type { Proved } from '../../certificates/prove.js';
import type { Exploration } from './breadth-first.js';
import type { FoundSession } from '../traces/found-session.js';
import type { Basis, ClaimResult, Trace, VerdictWord } from '../results/result.js';
import type { NamedScope } from '../limits/scopes.js';

export interface Answer {
    readonly verdict: VerdictWord;
    readonly exploration: Pick<
        Exploration<unknown>,
        'states' | 'transitions' | 'depth' | 'exhausted' | 'limit' | 'covered'
    >;
    readonly scopes: readonly NamedScope[];
    readonly slice: Basis['slice'];
    /** For `possible`, the largest number of steps completed in any reachable state. */
    readonly furthest: number;
    readonly trace?: Trace;
    /** The session, with the facts that the trace shows. */
    readonly session?: FoundSession;
    readonly obstacles: ClaimResult['obstacles'];
    /** The proof that the verdict covers every session; undefined if it rests on a search, or on a session. */
    readonly proof?: Proved;
    /** What is not known of a claim that is proved: whether its subject ever happens. */
    readonly unknown?: string;
    /**
     * The features that the search over-approximates, as noun phrases. If the search finds nothing, that covers all
     * sessions; a path that it finds is a session only with a trace. Undefined if there are none.
     */
    readonly approximates?: readonly string[];
    /** The maximum number of different values of a key, if that bounds the scope. */
    readonly values?: number;
    /** True if it was already checked that sessions of the scope could break the claim. */
    readonly isContested?: true;
    /** True if nothing was searched, because the finite system could not be constructed. */
    readonly isUnexplored?: true;
}
