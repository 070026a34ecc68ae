/** Texts against patterns (M12). */
import type { TextPattern } from './policy.js';

/** Whether the whole text matches. */
export function matchesPattern(text: string, pattern: TextPattern): boolean {
    const key = `${pattern.ignoreCase ? 'i' : ''}/${pattern.regex}`;
    let compiled = compiledPatterns.get(key);
    if (!compiled) {
        compiled = new RegExp(`^(?:${pattern.regex})$`, pattern.ignoreCase ? 'sui' : 'su');
        compiledPatterns.set(key, compiled);
    }
    return compiled.test(text);
}

const compiledPatterns = new Map<string, RegExp>();
