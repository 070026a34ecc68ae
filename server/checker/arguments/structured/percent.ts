/** Encoded dots, slashes and backslashes; no path that contains one fits. */

/** `%` and the characters after it so far. */
export type Percent = '' | '%' | '%2' | '%5';

/** Undefined if one of them is complete. */
export function percentAfter(before: Percent, character: string): Percent | undefined {
    if (character === '%') {
        return '%';
    }
    switch (before) {
        case '%':
            return character === '2' ? '%2' : character === '5' ? '%5' : '';
        case '%2':
            return /^[eEfF]$/.test(character) ? undefined : '';
        case '%5':
            return /^[cC]$/.test(character) ? undefined : '';
        case '':
            return '';
    }
}
