/** Numbers in a JSON text that JavaScript would change, such as 64-bit identifiers. */
import { randomUUID } from 'node:crypto';
import type { Fields } from '../gateway/json.js';

/** Matches texts and numbers. */
const SCALARS = /"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g;
/** Marks a number that stands in a text; no message can contain it. */
const MARK = `number-${randomUUID()}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');
const STRINGS = /"(?:[^"\\]|\\.)*"/g;
/** Matches a number with more digits than JavaScript always preserves, or with an exponent. */
const LONG_NUMBERS = /-?\d[\d.]{15,}(?:[eE][+-]?\d+)?|-?\d[\d.]*[eE][+-]?\d+/g;

/** False if a whole number would be rounded, or if a number exceeds the largest that JavaScript can represent. */
export function areNumbersExact(json: string): boolean {
    return json.search(LONG_NUMBERS) < 0 || (json.replace(STRINGS, '""').match(LONG_NUMBERS) ?? []).every(isExact);
}

/** The JSON text of `message`, in which the field `name` has the value that it has in the JSON text `source`. */
export function withExactNumbers(message: Fields, name: string, source: string): string {
    const marked = source.replaceAll(SCALARS, (one) =>
        one.startsWith('"') || isExact(one) ? one : JSON.stringify(`${MARK}${one}`)
    );
    const value = (JSON.parse(marked) as Fields)[name];
    return JSON.stringify({ ...message, [name]: value }).replaceAll(MARKED, '$1');
}

function isExact(number: string): boolean {
    const value = Number(number);
    return Number.isFinite(value) && (!/^-?\d+$/.test(number) || BigInt(number) === BigInt(value));
}
