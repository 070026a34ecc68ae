/** What checks came to, by what it depends on (`checker/incremental`), for each policy. */
import type { Outcome } from '../../checker/incremental/outcomes.js';

interface Kept {
    readonly outcome: Outcome;
    /** A limit of time may have ended it: another machine, or another moment, might have decided it. */
    readonly isTimed: boolean;
}

/** Pieces of one policy that are kept: those of its last versions, so that what is undone is known. */
const MOST_PIECES = 300;
/** Policies, the least lately checked of which is forgotten. */
const MOST_POLICIES = 500;

export class OutcomeCache {
    private readonly policies = new Map<string, Map<string, Kept>>();

    /** @param retries nothing that a limit of time may have ended is taken as known */
    get(policy: string, key: string, retries: boolean): Outcome | undefined {
        const pieces = this.policies.get(policy);
        const kept = pieces?.get(key);
        if (!pieces || !kept || (retries && kept.isTimed)) {
            return undefined;
        }
        recent(pieces, key, kept, MOST_PIECES);
        return kept.outcome;
    }

    set(policy: string, key: string, kept: Kept): void {
        const pieces = this.policies.get(policy) ?? new Map<string, Kept>();
        recent(pieces, key, kept, MOST_PIECES);
        recent(this.policies, policy, pieces, MOST_POLICIES);
    }
}

/** Puts it last, and forgets the first if they are too many. */
function recent<T>(all: Map<string, T>, key: string, value: T, most: number): void {
    all.delete(key);
    all.set(key, value);
    if (all.size > most) {
        all.delete(all.keys().next().value!);
    }
}
