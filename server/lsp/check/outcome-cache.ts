/** Caches the outcomes of checks for each policy, by everything that they depend on (`checker/incremental`). */
import type { Outcome } from '../../checker/incremental/outcomes.js';

interface CachedOutcome {
    readonly outcome: Outcome;
    /** True if a time limit may have ended the search: another machine, or another moment, might have decided it. */
    readonly isTimed: boolean;
}

/** The number of pieces cached for one policy: enough for its last versions, so that an undo finds its results. */
const MOST_PIECES = 300;
/** The maximum number of policies; the least recently checked one is dropped. */
const MOST_POLICIES = 500;

export class OutcomeCache {
    private readonly policies = new Map<string, Map<string, CachedOutcome>>();

    /** @param retries true if outcomes that a time limit may have ended do not count as known */
    get(policy: string, key: string, retries: boolean): Outcome | undefined {
        const pieces = this.policies.get(policy);
        const kept = pieces?.get(key);
        if (!pieces || !kept || (retries && kept.isTimed)) {
            return undefined;
        }
        recent(pieces, key, kept, MOST_PIECES);
        return kept.outcome;
    }

    set(policy: string, key: string, kept: CachedOutcome): void {
        const pieces = this.policies.get(policy) ?? new Map<string, CachedOutcome>();
        recent(pieces, key, kept, MOST_PIECES);
        recent(this.policies, policy, pieces, MOST_POLICIES);
    }
}

/** Moves the key to the end, and drops the first entry if there are too many. */
function recent<T>(all: Map<string, T>, key: string, value: T, most: number): void {
    all.delete(key);
    all.set(key, value);
    if (all.size > most) {
        all.delete(all.keys().next().value!);
    }
}
