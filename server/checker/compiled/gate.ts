/**
 * The forms that the compiled search supports. The search in `search/breadth-first.ts` continues with everything else.
 * The tables name every form, so that a new one does not compile until somebody has decided on it.
 */
import type { Condition } from '../../model/policy/policy.js';

/** Thrown where a system has something that is not known here. */
export class NotCompiled extends Error {}
export const NOT_COMPILED = new NotCompiled('the system has something that the compiled search does not know');

/**
 * `history`: it asks the memory. `logic`: of the values of others. `approvals`: it asks who approved the call, and nothing
 * else. `never`: it is not in a specialised condition.
 */
export const CONDITION: { readonly [Op in Condition['op']]: 'logic' | 'history' | 'approvals' | 'never' } = {
    constant: 'logic',
    not: 'logic',
    and: 'logic',
    or: 'logic',
    monitor: 'history',
    count: 'history',
    carries: 'history',
    received: 'history',
    'in mode': 'history',
    // Depends on the call alone: the classes of arguments have decided on it.
    compare: 'never',
    in: 'never',
    'host in': 'never',
    'host within': 'never',
    'path within': 'never',
    matches: 'never',
    'starts with': 'never',
    contains: 'never',
    every: 'never',
    some: 'never',
    'any text': 'never',
    given: 'never',
    'caller is': 'never',
    'tool is': 'never',
    'approved by': 'approvals',
    // For forms that no field keeps.
    recorded: 'never',
    from: 'never',
    'time in': 'never',
    'day in': 'never',
    'date in': 'never',
    redirects: 'never',
    'command starts with': 'never'
};
