/**
 * The effect of an earlier session on a condition: a history is extended at its front. Each form of history is the
 * maximum of something over places in the past (`once E`: over the E; `no E since F`: over the F without an E after
 * them), so a longer past makes it no less true. If the start of the session is one of these places, a longer past
 * makes it no more true (docs/checker.md, "Sessions").
 */
import type { Condition, Monitor, Policy, Term } from '../../model/policy/policy.js';
import { visitParts } from '../conditions/walk.js';
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

/** True if some part of it reads more than the call, the clock, signals and the constants of the session. */
function readsHistory(condition: Condition): boolean {
    let reads = false;
    visitParts(condition, (part) => {
        reads ||= 'op' in part ? OF_HISTORY.has(part.op) : TERMS_OF_HISTORY.has(part.term);
    });
    return reads;
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
const TERMS_OF_HISTORY: ReadonlySet<Term['term']> = new Set(['aggregate', 'latest', 'request']);
