/** The choices of a person who approves a call. */
import type { DecidingRule } from '../gateway/events.js';

/** The choices of the person who approves a call that these rules hold, as the rules write them. */
export function choicesAmong(rules: readonly DecidingRule[]): string[] {
    return [...new Set(rules.flatMap(({ choices = [] }) => choices))];
}
