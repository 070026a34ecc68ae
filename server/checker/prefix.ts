/**
 * What an earlier session can do to a condition: a history gets longer at its front. Each form of history is the greatest
 * of something over places in the past (`once E`: over the E; `no E since F`: over the F without an E after them), so that
 * more of the past makes it no less true; where the start of the session is one of these places, no more (docs/checker.md,
 * "Sessions").
 */
import type { Condition, Monitor, Policy, Term } from '../model/policy.js';
import { visitParts } from './conditions.js';

/** How far an earlier session can move the value: nowhere, only up, only down, or either way. */
export type Effect = 'none' | 'up' | 'down' | 'either';

export function effectOfEarlier(policy: Policy, condition: Condition): Effect {
    switch (condition.op) {
        case 'not':
            return opposite(effectOfEarlier(policy, condition.arg));
        case 'and':
        case 'or':
            return condition.args.map((arg) => effectOfEarlier(policy, arg)).reduce(joined, 'none');
        case 'monitor':
            return ofMonitor(policy.monitors[condition.monitor]!);
        case 'count':
            return condition.cmp === '>=' || condition.cmp === '>'
                ? ofMonitor(policy.monitors[condition.monitor]!)
                : condition.cmp === '<=' || condition.cmp === '<'
                  ? opposite(ofMonitor(policy.monitors[condition.monitor]!))
                  : 'either';
        case 'carries':
        case 'received':
            return 'up';
        case 'approved by':
            return condition.per ? 'either' : 'none';
        default:
            return readsHistory(condition) ? 'either' : 'none';
    }
}

function ofMonitor({ kind, from, window, across, event }: Monitor): Effect {
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
    // The older start may no longer be within the window, and an earlier session may have had the E.
    return kind === 'since' && fromStart && window !== undefined ? 'either' : 'up';
}

/** Whether some part of it asks for more than the call, the clock, signals and the constants of the session. */
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

function opposite(effect: Effect): Effect {
    return effect === 'up' ? 'down' : effect === 'down' ? 'up' : effect;
}

function joined(a: Effect, b: Effect): Effect {
    return a === 'none' ? b : b === 'none' || a === b ? a : 'either';
}
