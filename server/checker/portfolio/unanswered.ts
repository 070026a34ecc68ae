/** The answer of a search that ended without a result. */
import type { Answer } from '../search/answer.js';
import { verdictOf } from '../results/verdict.js';

/** @param slice the part of the policy that was to be searched */
export function unanswered({ text }: { readonly text: string }, slice: Answer['slice'] = NO_SLICE): Answer {
    return {
        verdict: verdictOf({ goal: 'release', session: false, exhausted: false, scopes: [], empty: false }),
        exploration: { states: 0, transitions: 0, depth: 0, exhausted: false, limit: text },
        scopes: [],
        slice,
        furthest: 0,
        obstacles: []
    };
}

const NO_SLICE: Answer['slice'] = { tools: 0, rules: 0, monitors: 0 };
