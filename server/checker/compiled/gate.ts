/**
 * The forms that the compiled search supports. The search in `search/breadth-first.ts` handles everything else. The
 * tables list every form, so that a new form does not compile until someone classifies it.
 */
import type { Condition } from '../../model/policy/policy.js';

/** Thrown if a system contains something that is not supported here. */
export class NotCompiled extends Error {}
export const NOT_COMPILED = new NotCompiled('the system has something that the compiled search does not support');

/**
 * `history`: it reads the memory. `logic`: it combines the values of other conditions. `approvals`: it only reads who
 * approved the call. `never`: it does not occur in a specialised condition.
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
    // Such a condition depends only on the call, so the classes of arguments have decided it.
    compare: 'never',
    in: 'never',
    'host in': 'never',
    'host within': 'never',
    'path within': 'never',
    matches: 'never',
    'starts with': 'never',
    contains: 'never',
    'text test': 'never',
    every: 'never',
    some: 'never',
    'any text': 'never',
    given: 'never',
    'caller is': 'never',
    'tool is': 'never',
    'approved by': 'approvals',
    // The entry for forms that no field stores.
    recorded: 'never',
    from: 'never',
    'time in': 'never',
    'day in': 'never',
    'date in': 'never',
    redirects: 'never',
    'command starts with': 'never'
};
