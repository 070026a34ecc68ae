/** The scopes that `@accept` can name, each with what it leaves out. */
import type { ScopeName } from '../../server/model/policy/scope-names.js';

export const SCOPE_WORDS: { readonly [name in ScopeName]: string } = {
    values: 'Not all values of arguments, results and events were tried.',
    counts: 'Events that are counted or added up were tried only a few times.',
    times: 'Not all moments at which something can happen were tried.',
    holds: 'Not all combinations of held calls were tried.',
    overlaps: 'Calls ran one at a time.',
    sessions: 'The claim is about each session by itself: an agent that opens another session can break it.'
};

/** True if `@accept` can name it. */
export function isScopeName(text: string): text is ScopeName {
    return Object.hasOwn(SCOPE_WORDS, text);
}
