/**
 * Lays out text in a terminal of a given width: its width, its line breaks, and characters that must not reach the
 * terminal.
 */
import { stripVTControlCharacters } from 'node:util';
import { escapeUnseen } from '../../workspace/printed-json.js';

/** The number of columns that a text takes; escape sequences take none. */
export function widthOf(text: string): number {
    const plain = stripVTControlCharacters(text);
    // This is a shortcut for plain ASCII, which most text is.
    if (/^[\x20-\x7e]*$/.test(plain)) {
        return plain.length;
    }
    let width = 0;
    for (const character of plain) {
        width += characterWidth(character);
    }
    return width;
}

export function characterWidth(character: string): number {
    if (/^[\p{M}\p{Cf}\p{Cc}]$/u.test(character)) {
        return 0;
    }
    return WIDE.test(character) ? 2 : 1;
}

/** Matches East Asian wide and full-width characters, and emoji. */
const WIDE =
    /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

export function padEnd(text: string, width: number): string {
    return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/**
 * Breaks a text at spaces into lines of at most `width` columns, the first one of at most `firstWidth`. A longer word
 * is broken at the end of the line. Existing line breaks stay.
 */
export function wrap(text: string, width: number, firstWidth = width): string[] {
    return text
        .split('\n')
        .flatMap((line, i) => wrapLine(line, Math.max(8, width), Math.max(8, i === 0 ? firstWidth : width)));
}

function wrapLine(line: string, width: number, firstWidth: number): string[] {
    const lines: string[] = [];
    let current = '';
    const room = (): number => (lines.length === 0 ? firstWidth : width);
    for (let word of line.split(' ')) {
        const joined = current === '' ? word : `${current} ${word}`;
        if (widthOf(joined) <= room()) {
            current = joined;
            continue;
        }
        const left = room() - widthOf(current) - 1;
        if (current !== '' && widthOf(word) > width && left >= width / 4) {
            // The word has to be broken anyway, so it starts on this line.
            const head = take(word, left);
            lines.push(`${current} ${head}`);
            word = word.slice(head.length);
        } else if (current !== '') {
            lines.push(current);
        }
        while (widthOf(word) > room()) {
            const head = take(word, room());
            lines.push(head);
            word = word.slice(head.length);
        }
        current = word;
    }
    return [...lines, current];
}

/** The longest prefix that fits into `width` columns, at least one character. */
function take(text: string, width: number): string {
    let taken = '';
    let columns = 0;
    for (const character of text) {
        columns += characterWidth(character);
        if (columns > width && taken !== '') {
            break;
        }
        taken += character;
    }
    return taken;
}

export interface HangOptions {
    readonly width: number;
    /** The prefix of the lines after the first; by default as many spaces as `first` is wide. */
    readonly rest?: string;
    /** Colours the text line by line, without its prefix. */
    readonly color?: (text: string) => string;
}

/** Wraps a text after `first`, the prefix of its first line. */
export function hang(first: string, text: string, { width, rest, color }: HangOptions): string[] {
    const before = rest ?? ' '.repeat(widthOf(first));
    return wrap(text, width - widthOf(before), width - widthOf(first)).map(
        (line, i) => (i === 0 ? first : before) + (color ? color(line) : line)
    );
}

/** Prints each text on separate lines after `left`. */
export function sentences(
    texts: readonly string[],
    left: string,
    width: number,
    color: (text: string) => string
): string[] {
    return texts.flatMap((text) => hang(left, text, { width, rest: left, color }));
}

/**
 * Text from a policy, a file name or a log that is safe to print: a control character could move the cursor, a
 * bidirectional one could make a rule read as another, and an invisible one could hide a difference. Each becomes one
 * visible character, so that columns stay. A word longer than any name is cut.
 */
export function printable(text: string): string {
    return escapeUnseen(text, () => '\u00b7').replace(LONG_WORD, '$1\u2026');
}

const LONG_WORD = /(\S{1000})\S+/gu;

/** Writes `1,204`, the same in every locale. Loading locales would take longer than everything else at startup. */
export function grouped(value: number): string {
    return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Writes `12 ms`, `3.4 s`, or `2 min 5 s`. */
export function duration(milliseconds: number): string {
    if (milliseconds < 1000) {
        return milliseconds < 0.95 ? '<1 ms' : `${Math.round(milliseconds)} ms`;
    }
    const seconds = milliseconds / 1000;
    return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
