/**
 * The effect of an earlier session on a condition: a history is extended at its front. Each form of history is the
 * maximum of something over places in the past (`once E`: over the E; `no E since F`: over the F without an E after
 * them), so a longer past makes it no less true. If the start of the session is one of these places, a longer past
 * makes it no more true (docs/checker.md, "Sessions").
 */
import type { Condition, Monitor, Policy, ProvenanceSource, Term } from '../../model/policy/policy.js';
import { hasPart } from '../conditions/rewrite.js';
import type { Polarity } from '../conditions/polarity.js';
import { polarityOf, polarityOfComparison } from '../conditions/polarity.js';

/** The effect of an earlier session on the condition. */
export function effectOfEarlier(policy: Policy, condition: Condition): Polarity {
    return polarityOf(condition, (part) => {
        switch (part.op) {
            case 'monitor':
                return ofMonitor(policy.monitors[part.monitor]!);
            case 'count':
                return polarityOfComparison(part.cmp, ofMonitor(policy.monitors[part.monitor]!));
            case 'carries':
            case 'received':
                return 'up';
            case 'from':
                return readsHistory(part.term) ? 'either' : ofSource(policy.sources![part.source]!);
            case 'every':
            case 'some':
                return readsHistory(part.list) ? 'either' : effectOfEarlier(policy, part.arg);
            case 'approved by':
                return part.per ? 'either' : 'none';
            default:
                return readsHistory(part) ? 'either' : 'none';
        }
    });
}

function ofMonitor({ kind, from, window, across, event }: Monitor): Polarity {
    if (across === true) {
        return 'none';
    }
    if ([event, from].some((pattern) => pattern && readsHistory(pattern.where))) {
        return 'either';
    }
    const fromStart = from === undefined;
    if (kind === 'no since' && fromStart) {
        return 'down';
    }
    // The older start may be outside the window, and an earlier session may contain the E.
    return kind === 'since' && fromStart && window !== undefined ? 'either' : 'up';
}

/** A source gives more values in a longer past, and takes none back. */
function ofSource(source: ProvenanceSource): Polarity {
    return source.across === true ? 'none' : 'up';
}

/** True if some part of it reads more than the call, the clock, signals, the constants of the session and its request (M19). */
function readsHistory(part: Condition | Term): boolean {
    return hasPart(part, (inner) => ('op' in inner ? OF_HISTORY.has(inner.op) : TERMS_OF_HISTORY.has(inner.term)));
}

const OF_HISTORY: ReadonlySet<Condition['op']> = new Set([
    'monitor',
    'count',
    'recorded',
    'carries',
    'received',
    'in mode',
    'from',
    'approved by'
]);
const TERMS_OF_HISTORY: ReadonlySet<Term['term']> = new Set(['aggregate', 'latest']);
