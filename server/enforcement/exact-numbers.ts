/** Detects numbers in a JSON text that JavaScript would change, such as 64-bit identifiers. */

const STRINGS = /"(?:[^"\\]|\\.)*"/g;
/** Matches a number with more digits than JavaScript always preserves, or with an exponent. */
const LONG_NUMBERS = /-?\d[\d.]{15,}(?:[eE][+-]?\d+)?|-?\d[\d.]*[eE][+-]?\d+/g;

/** False if a whole number would be rounded, or if a number exceeds the largest that JavaScript can represent. */
export function areNumbersExact(json: string): boolean {
    return json.search(LONG_NUMBERS) < 0 || (json.replace(STRINGS, '""').match(LONG_NUMBERS) ?? []).every(isExact);
}

function isExact(number: string): boolean {
    const value = Number(number);
    return Number.isFinite(value) && (!/^-?\d+$/.test(number) || BigInt(number) === BigInt(value));
}
