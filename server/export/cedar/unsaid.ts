/** Names the features that Cedar cannot express, for a comment. */
import type { Condition, Term } from '../../model/policy/policy.js';

export const OTHER_TYPES = 'numbers and values that need not be whole or of one type';

const BY_CONDITION: { readonly [Op in Condition['op']]?: string } = {
    monitor: 'history',
    count: 'history',
    recorded: 'history',
    carries: 'labels',
    received: 'labels',
    'approved by': 'approvals',
    'in mode': 'modes',
    from: 'provenance',
    'time in': 'the clock',
    'day in': 'the clock',
    'date in': 'the clock',
    'host in': 'parts of texts',
    'host within': 'parts of texts',
    'path within': 'parts of texts',
    'text test': 'tests of a text against another value',
    redirects: 'parts of texts',
    'command starts with': 'parts of texts',
    'any text': 'all texts of a call',
    every: 'the elements of a list',
    some: 'the elements of a list'
};

const BY_TERM: { readonly [Name in Term['term']]?: string } = {
    host: 'parts of texts',
    part: 'parts of texts',
    commands: 'parts of texts',
    length: 'lengths',
    entries: 'the entries of a map',
    bytes: 'lengths',
    request: 'what the user said',
    signal: 'signals',
    sum: 'sums',
    aggregate: 'history',
    latest: 'the latest event'
};

/** Nouns for the parts that prevent a condition from being expressed. */
export function unsaidBy(condition: Condition): readonly string[] {
    const noun = BY_CONDITION[condition.op];
    if (noun !== undefined) {
        return [noun];
    }
    const terms = Object.values(condition).flatMap(termsIn);
    const nouns = [...new Set(terms.flatMap((term) => BY_TERM[term.term] ?? []))];
    return nouns.length > 0 ? nouns : [condition.op === 'matches' ? 'patterns' : OTHER_TYPES];
}

function termsIn(part: unknown): Term[] {
    if (typeof part !== 'object' || part === null || !('term' in part) || typeof part.term !== 'string') {
        return [];
    }
    return [part as Term, ...Object.values(part).flatMap(termsIn)];
}
