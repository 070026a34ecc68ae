/** Finds texts that satisfy the conditions on them, and texts that do not. */
import { type Size, type TextCondition, textsOfEveryKind, TooLarge } from '../arguments/languages.js';

const ANY_SIZE: Size = { unit: 'characters', ranges: [{ least: 0, most: Infinity }] };
/** With at most this many conditions, every combination is searched for. */
const MOST_TOGETHER = 4;
const LIMIT = 64;

/**
 * Several texts for each combination of values if there are few conditions; otherwise several for each single
 * condition.
 */
export function samplesOf(conditions: readonly TextCondition[]): string[] {
    if (conditions.length === 0) {
        return [];
    }
    const alone = conditions.flatMap((condition) => samples([condition]));
    const together = conditions.length > 1 && conditions.length <= MOST_TOGETHER ? samples(conditions) : [];
    return [...new Set([...alone, ...together, ...conditions.flatMap(partsOf)])];
}

function samples(conditions: readonly TextCondition[]): string[] {
    try {
        return textsOfEveryKind(conditions, ANY_SIZE, [], { count: 2, limit: LIMIT });
    } catch (error) {
        if (error instanceof TooLarge) {
            return [];
        }
        throw error;
    }
}

function partsOf(condition: TextCondition): string[] {
    return 'part' in condition ? [condition.part, `${condition.part}x`, `x ${condition.part}`] : [];
}
