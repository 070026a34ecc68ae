/** Tests of values, once they are read. */
import { isHostWithinText } from '../values/addresses.js';
import { isPathWithin, isPlainFolder } from '../values/structured-texts.js';
import type { Comparator, Condition, Term, TextPattern, Value } from '../policy/policy.js';
import { canBeText, type OpenText } from '../values/shell-words.js';
import { containsText } from '../values/parts-of-texts.js';
import { LineBudget } from '../values/shell-lines.js';
import { matchesPattern } from '../values/text-patterns.js';
import { type Truth, FALSE, or, truth, TRUE, UNKNOWN } from '../policy/truth.js';
import { isList, isRecord, sameValue } from '../values/values.js';

export function ofText(value: Value | undefined, test: (text: string) => boolean): Truth {
    return typeof value === 'string' ? truth(test(value)) : UNKNOWN;
}

export function contains(whole: Value | undefined, part: Value): Truth {
    if (isList(whole)) {
        return truth(whole.some((element) => sameValue(element, part)));
    }
    return typeof part === 'string' ? ofText(whole, (text) => text.includes(part)) : UNKNOWN;
}

export function testText(
    { test, base, other: root }: Condition & { op: 'text test' },
    value: Value | undefined,
    other: Value | undefined
): Truth {
    if (value === undefined || other === undefined) {
        return UNKNOWN;
    }
    if (test === 'contains' && isList(value)) {
        return contains(value, other);
    }
    if (typeof value !== 'string' || typeof other !== 'string') {
        return UNKNOWN;
    }
    switch (test) {
        case 'contains':
            return truth(containsText(value, other));
        case 'starts with':
            return truth(value.startsWith(other));
        case 'ends with':
            return truth(value.endsWith(other));
        case 'path within': {
            // Text that is put together may leave the folder that it starts with.
            const isFolder = root.term !== 'joined' || isPlainFolder(other);
            const inside = isFolder ? isPathWithin(value, other, base) : undefined;
            return inside === undefined ? UNKNOWN : truth(inside);
        }
        case 'host within': {
            const inside = isHostWithinText(value, other);
            return inside === undefined ? UNKNOWN : truth(inside);
        }
    }
}

/**
 * A test of a text with open pieces: true or false if it is so whatever stands in their place.
 *
 * @param field the field of the condition in whose place the text stands
 */
export function testOpenText(
    condition: Condition,
    text: OpenText,
    read: (term: Term) => Value | undefined,
    field: string
): Truth {
    switch (condition.op) {
        case 'compare': {
            const other = read(field === 'left' ? condition.right : condition.left);
            return condition.cmp === '==' && other !== undefined && !isOpenValue(text, other) ? FALSE : UNKNOWN;
        }
        case 'in':
            return condition.values.some((value) => isOpenValue(text, value)) ? UNKNOWN : FALSE;
        case 'matches':
            return matchesPattern(text, condition.pattern);
        case 'starts with': {
            const start = text[0] ?? '';
            return start.startsWith(condition.prefix) ? TRUE : condition.prefix.startsWith(start) ? UNKNOWN : FALSE;
        }
        case 'contains': {
            const { value } = condition;
            return typeof value === 'string' && text.some((piece) => piece?.includes(value)) ? TRUE : UNKNOWN;
        }
        default:
            return UNKNOWN;
    }
}

function isOpenValue(text: OpenText, value: Value): boolean {
    return typeof value === 'string' && canBeText(text, value);
}

export function anyText(value: Value | undefined, pattern: TextPattern): Truth {
    if (value === undefined) {
        return UNKNOWN;
    }
    if (typeof value === 'string') {
        return matchesPattern(value, pattern);
    }
    const inside = isList(value) ? value : isRecord(value) ? Object.values(value) : [];
    let found: Truth = FALSE;
    for (let index = 0; index < inside.length && found !== TRUE; index++) {
        found = or(found, anyText(inside[index], pattern));
    }
    return found;
}

export function compare(cmp: Comparator, left: Value | undefined, right: Value | undefined): Truth {
    if (left === undefined || right === undefined) {
        return UNKNOWN;
    }
    if (cmp === '==' || cmp === '!=') {
        return truth(sameValue(left, right) === (cmp === '=='));
    }
    if (typeof left !== 'number' || typeof right !== 'number') {
        return UNKNOWN;
    }
    switch (cmp) {
        case '<':
            return truth(left < right);
        case '<=':
            return truth(left <= right);
        case '>':
            return truth(left > right);
        case '>=':
            return truth(left >= right);
    }
}

/** True if all texts in the list together are within the limits for a single line. */
export function isOneLine(list: readonly Value[]): boolean {
    const budget = new LineBudget();
    const take = (value: Value): boolean =>
        typeof value === 'string'
            ? budget.take(value)
            : isList(value)
              ? value.every(take)
              : !isRecord(value) || Object.values(value).every(take);
    return list.every(take);
}
