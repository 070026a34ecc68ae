/** Encoded dots, slashes and backslashes; no path that contains one fits. */

/** The beginning of an encoded character that has been read: `%` and the characters after it. */
export type Percent = '' | '%' | '%2' | '%5';

/** The part of an encoded character read so far; undefined if an encoded dot, slash or backslash is complete. */
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
