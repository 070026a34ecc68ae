/** Makes random edits of a text, with positions that are computed without the library that the server uses. */
import type { Position, TextDocumentContentChangeEvent } from 'vscode-languageserver';

/**
 * Texts to type: words, parts of words, unmatched closing brackets, line endings of all kinds, characters of two UTF-16
 * units.
 */
const TYPED = [
    ...[
        'allow ',
        'deny ',
        'policy P\n',
        'claim "c": never ',
        'when ',
        'unless ',
        'approved by ',
        'import "./',
        'label '
    ],
    ...['{', '}', '(', ')', '"', '`', '/*', '*/', '//', ',', ':', '.', '@', '->', '\\', '..', '0', '1e9', '"x"'],
    ...['\n', '\r\n', '\r', '\n\n', ' ', '\t', '😀', '"📬"', 'é', '\u2028', '\0', '\uFEFF']
];

/** One random edit of `text`; pieces are taken from the texts in `material`. */
export function randomEdit(text: string, material: readonly string[], random: () => number): Edit {
    const start = randomOffset(text, random);
    const kind = random();
    const length = kind < 0.35 ? 0 : Math.floor(random() ** 4 * 120);
    const end = onBoundary(text, Math.min(text.length, start + length));
    const insert = kind < 0.6 ? pick(TYPED, random) : kind < 0.8 ? '' : piece(pick(material, random), random);
    return { start, end, insert };
}

export interface Edit {
    readonly start: number;
    readonly end: number;
    readonly insert: string;
}

export function applyEdit(text: string, { start, end, insert }: Edit): string {
    return text.slice(0, start) + insert + text.slice(end);
}

/** The edit in the form of a client that only sends changes. */
export function toChange(text: string, { start, end, insert }: Edit): TextDocumentContentChangeEvent {
    return { range: { start: positionOf(text, start), end: positionOf(text, end) }, text: insert };
}

function positionOf(text: string, offset: number): Position {
    const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: lines.at(-1)!.length };
}

function randomOffset(text: string, random: () => number): number {
    return onBoundary(text, Math.floor(random() * (text.length + 1)));
}

/**
 * A place that is possible: no position lies between the two characters of a line ending, and none should lie between
 * the units of a character.
 */
function onBoundary(text: string, offset: number): number {
    const isInside =
        (text[offset - 1] === '\r' && text[offset] === '\n') || /^[\udc00-\udfff]/.test(text.slice(offset, offset + 1));
    return isInside ? offset + 1 : offset;
}

function piece(text: string, random: () => number): string {
    const start = randomOffset(text, random);
    return text.slice(start, onBoundary(text, Math.min(text.length, start + Math.floor(random() * 200))));
}

export function pick<T>(items: readonly T[], random: () => number): T {
    return items[Math.floor(random() * items.length)]!;
}
