/** Numbers of a JSON text that a JavaScript program would change, such as identifiers of 64 bits. */

const STRINGS = /"(?:[^"\\]|\\.)*"/g;
/** A number with more digits than are always kept, or with an exponent. */
const LONG_NUMBERS = /-?\d[\d.]{15,}(?:[eE][+-]?\d+)?|-?\d[\d.]*[eE][+-]?\d+/g;

/** False if a whole number would be rounded, or a number would be beyond the largest. */
export function areNumbersExact(json: string): boolean {
    return json.search(LONG_NUMBERS) < 0 || (json.replace(STRINGS, '""').match(LONG_NUMBERS) ?? []).every(isExact);
}

function isExact(number: string): boolean {
    const value = Number(number);
    return Number.isFinite(value) && (!/^-?\d+$/.test(number) || BigInt(number) === BigInt(value));
}
