/** Matches texts with patterns (M12). */
import { TooManyNodesError } from 'refa';
import { LazyAutomaton } from './pattern-automaton.js';
import { oncePerLimits } from '../policy/limits.js';
import type { OpenText } from './shell-words.js';
import type { TextPattern } from '../policy/policy.js';
import type { Truth } from '../policy/truth.js';
import { UNKNOWN } from '../policy/truth.js';

/**
 * True if the whole text matches, whatever stands in its open pieces; unknown if the pattern, or the part of it that the text needs, exceeds
 * `MODEL_LIMITS`.
 */
export function matchesPattern(text: string | OpenText, pattern: TextPattern): Truth {
    const { ofPatterns } = automata();
    let automaton = ofPatterns.get(pattern);
    if (automaton === undefined) {
        automaton = automatonOf(pattern);
        ofPatterns.set(pattern, automaton);
    }
    return !automaton ? UNKNOWN : typeof text === 'string' ? automaton.matches(text) : automaton.matchesOpen(text);
}

/** Equal patterns share their automaton by their text: each lowering of a policy creates new pattern objects. */
const automata = oncePerLimits(() => ({
    ofPatterns: new WeakMap<TextPattern, LazyAutomaton | null>(),
    byText: new Map<string, LazyAutomaton | null>()
}));

const MOST_KEPT = 1_000;

/** The automaton; `null` if it is too large. */
function automatonOf(pattern: TextPattern): LazyAutomaton | null {
    const key = `${pattern.ignoreCase ? 'i' : ''}/${pattern.regex}`;
    const { byText } = automata();
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
