/** Texts against patterns (M12). */
import { TooManyNodesError } from 'refa';
import { LazyAutomaton } from './lazy-automaton.js';
import type { TextPattern } from './policy.js';
import type { Truth } from './truth.js';
import { UNKNOWN } from './truth.js';

/** Whether the whole text matches; unknown where the pattern or what the text needs of it is beyond `MODEL_LIMITS`. */
export function matchesPattern(text: string, pattern: TextPattern): Truth {
    let automaton = automata.get(pattern);
    if (automaton === undefined) {
        automaton = automatonOf(pattern);
        automata.set(pattern, automaton);
    }
    return automaton ? automaton.matches(text) : UNKNOWN;
}

const automata = new WeakMap<TextPattern, LazyAutomaton | null>();

/** Equal patterns share their automaton: a policy that is lowered again has patterns of its own. */
const byText = new Map<string, LazyAutomaton | null>();

const MOST_KEPT = 1_000;

/** `null`: it is too large. */
function automatonOf(pattern: TextPattern): LazyAutomaton | null {
    const key = `${pattern.ignoreCase ? 'i' : ''}/${pattern.regex}`;
    let automaton = byText.get(key);
    if (automaton === undefined) {
        automaton = made(pattern);
        if (byText.size >= MOST_KEPT) {
            byText.clear();
        }
        byText.set(key, automaton);
    }
    return automaton;
}

function made(pattern: TextPattern): LazyAutomaton | null {
    try {
        return new LazyAutomaton(pattern);
    } catch (error) {
        if (error instanceof TooManyNodesError) {
            return null;
        }
        throw error;
    }
}
