/**
 * The values that stand in what the user said, each as a whole token of its kind (M14). Nothing is found inside a word:
 * the text is cut at white space and quotes only, and a piece counts as a whole or not at all.
 *
 *     quoted  = what stands between two quotes (" “ ‘ ' « `) that have no letter or digit on their outer side; one token
 *     address = as `domain of` reads it; several with commas or semicolons between them are several
 *     URL     = as `host of` reads it
 *     path    = as `within` reads it, with a slash in it; or a file name with an extension
 *     number  = digits, perhaps with a sign, a decimal point and a currency sign; no thousands separators, no unit
 *
 * Brackets and quotes around a piece, and full stops, commas and the like after it, are not part of it.
 */
import { hostOf } from './hosts.js';
import { domainOf, pathSegments } from './parts.js';
import type { Value } from './policy.js';

export function valuesInText(text: string): Value[] {
    const values: Value[] = [];
    const rest = text.replace(QUOTED, (quoted: string, ...groups: (string | undefined)[]) => {
        const inside = groups.slice(0, QUOTES).find((group) => group !== undefined) ?? '';
        values.push(inside, ...valuesOfPiece(inside));
        // As long as it was, so that it parts what stands around it.
        return ' '.repeat(quoted.length);
    });
    for (const piece of rest.split(/[\s\p{Z}]+/u)) {
        values.push(...valuesOfPiece(plain(piece)));
    }
    return values;
}

const QUOTES = 6;

const QUOTED =
    /(?<![\p{L}\p{N}\p{M}_])(?:"([^"]+)"|“([^“”]+)”|‘([^‘’]+)’|«([^«»]+)»|`([^`]+)`|'([^']+)')(?![\p{L}\p{N}\p{M}_])/gu;

/** The piece without the brackets and quotes around it and the punctuation after it. */
function plain(piece: string): string {
    let text = piece;
    while (text !== '') {
        const [first, last] = [text[0]!, text[text.length - 1]!];
        const opened = CLOSING_OF.get(first);
        if (opened !== undefined && last === opened) {
            text = text.slice(1, -1);
        } else if (opened !== undefined || OPENING_QUOTES.includes(first)) {
            text = text.slice(1);
        } else if (PUNCTUATION.includes(last)) {
            text = text.slice(0, -1);
        } else if (OPENING_OF.has(last) && count(text, last) > count(text, OPENING_OF.get(last)!)) {
            // A closing bracket that was opened inside, as in many URLs, belongs to the piece.
            text = text.slice(0, -1);
        } else {
            break;
        }
    }
    return text;
}

function count(text: string, character: string): number {
    return text.split(character).length - 1;
}

const CLOSING_OF: ReadonlyMap<string, string> = new Map([
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
    ['<', '>'],
    ['（', '）'],
    ['「', '」']
]);
const OPENING_OF: ReadonlyMap<string, string> = new Map([...CLOSING_OF].map(([open, close]) => [close, open]));
const OPENING_QUOTES = '"“‘«`\'';
const PUNCTUATION = '.,;:!?…。、，；：！？"”’»`\'';

function valuesOfPiece(piece: string): Value[] {
    const list = piece.split(/[,;]/);
    if (list.length > 1 && list.every((part) => domainOf(part) !== undefined)) {
        return list;
    }
    const number = /^[$€£¥]?(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)[$€£¥]?$/.exec(piece)?.[1];
    if (number !== undefined) {
        return [number, Number(number)];
    }
    const isToken =
        /^[0-9]+$/.test(piece) || domainOf(piece) !== undefined || hostOf(piece) !== undefined || isPath(piece);
    return isToken ? [piece] : [];
}

function isPath(piece: string): boolean {
    const isNamed =
        piece.includes('/') || /^[\p{L}\p{N}_-][\p{L}\p{N}\p{M}_.-]*\.[A-Za-z][A-Za-z0-9]{0,7}$/u.test(piece);
    return isNamed && !/\p{Cf}/u.test(piece) && !piece.includes('://') && pathSegments(piece) !== undefined;
}
