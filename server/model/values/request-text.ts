/**
 * The values in what the user said, each as a whole token of its kind (M14). A part of a word never counts: the text is
 * split only at white space and quotes, and a piece counts as a whole or not at all.
 *
 *     quoted  = the text between two quotes (" “ ‘ ' « `) that have no letter or digit on their outer side; one token
 *     address = as `domain of` reads it; several with commas or semicolons between them are several
 *     URL     = as `host of` reads it
 *     path    = as `within` reads it, with a slash in it; or a file name with an extension
 *     number  = digits, perhaps with a sign, a decimal point and a currency sign; no thousands separators, no unit
 *
 * Brackets and quotes around a piece, and punctuation such as full stops and commas after it, are not part of it.
 */
import { hostOf } from './hosts.js';
import { domainOf, pathSegments } from './structured-texts.js';
import type { Value } from '../policy/policy.js';

export function valuesInText(text: string): Value[] {
    const values: Value[] = [];
    // The values are added one by one, because a piece can list more addresses than a function call can have arguments.
    const add = (piece: string): void => valuesOfPiece(piece).forEach((value) => values.push(value));
    const rest = text.replace(QUOTED, (quoted: string, ...groups: (string | undefined)[]) => {
        const inside = groups.slice(0, QUOTES).find((group) => group !== undefined) ?? '';
        values.push(inside);
        add(inside);
        // The length stays the same, so that the blanks still separate the neighbours.
        return ' '.repeat(quoted.length);
    });
    for (const piece of rest.split(/[\s\p{Z}]+/u)) {
        add(plain(piece));
    }
    return values;
}

const QUOTES = 6;

const QUOTED =
    /(?<![\p{L}\p{N}\p{M}_])(?:"([^"]+)"|“([^“”]+)”|‘([^‘’]+)’|«([^«»]+)»|`([^`]+)`|'([^']+)')(?![\p{L}\p{N}\p{M}_])/gu;

/** The piece without brackets and quotes around it, and without punctuation after it. */
function plain(piece: string): string {
    let [start, end] = [0, piece.length];
    const counts = BRACKETS.test(piece) ? countsOf(piece) : new Map<string, number>();
    const count = (character: string): number => counts.get(character) ?? 0;
    const drop = (character: string): void => {
        counts.set(character, count(character) - 1);
    };
    while (start < end) {
        const [first, last] = [piece[start]!, piece[end - 1]!];
        const opened = CLOSING_OF.get(first);
        if (opened !== undefined && last === opened) {
            drop(first);
            drop(last);
            start++;
            end--;
        } else if (opened !== undefined || OPENING_QUOTES.includes(first)) {
            drop(first);
            start++;
        } else if (
            PUNCTUATION.includes(last) ||
            // A closing bracket that was opened inside the piece, as in many URLs, belongs to it.
            (OPENING_OF.has(last) && count(last) > count(OPENING_OF.get(last)!))
        ) {
            drop(last);
            end--;
        } else {
            break;
        }
    }
    return piece.slice(start, Math.max(start, end));
}

/**
 * The number of each bracket in the text. The brackets are counted only once, so that a text of brackets takes no
 * longer than others.
 */
function countsOf(text: string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const character of text) {
        if (CLOSING_OF.has(character) || OPENING_OF.has(character)) {
            counts.set(character, (counts.get(character) ?? 0) + 1);
        }
    }
    return counts;
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
const BRACKETS = /[()[\]{}<>（）「」]/;
const OPENING_QUOTES = '"“‘«`\'';
const PUNCTUATION = '.,;:!?…。、，；：！？"”’»`\'';

function valuesOfPiece(piece: string): Value[] {
    if (!CAN_BE_VALUE.test(piece)) {
        return [];
    }
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

/** Matches the characters of which an address, URL, path, file name or number contains one; most words do not. */
const CAN_BE_VALUE = /[@/.0-9]/;

function isPath(piece: string): boolean {
    const isNamed =
        piece.includes('/') || /^[\p{L}\p{N}_-][\p{L}\p{N}\p{M}_.-]*\.[A-Za-z][A-Za-z0-9]{0,7}$/u.test(piece);
    return isNamed && !/\p{Cf}/u.test(piece) && !piece.includes('://') && pathSegments(piece) !== undefined;
}
