/** Tests that texts and numbers have the written value, in every form in which they can be written (GR107, GR108). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badEscapes, isExactNumber, textValue } from '../../language/parser/values.js';
import { numberToken, textToken } from '../../server/model/text/typed-text.js';
import { parse } from './support.js';
import { SEED } from '../support/depth.js';

const wellFormed = fc.string({ unit: 'binary', maxLength: 30 });

describe('a text', () => {
    it('is read like JSON', () => {
        fc.assert(
            fc.property(wellFormed, (text) => {
                for (const token of [textToken(text), JSON.stringify(text), escapedWhole(text)]) {
                    expect(badEscapes(token)).toEqual([]);
                    expect(textValue(token)).toBe(text);
                }
            }),
            { seed: SEED }
        );
    });

    it('has exactly the escapes of JSON', () => {
        const characters = Array.from({ length: 0x250 }, (_, code) => String.fromCodePoint(code));
        const tails = characters.filter((character) => !/[\r\n]/.test(character));
        for (const tail of [...tails, 'u12', 'u12g4', 'u{41}', 'x1b', 'ud800', 'udc00', 'udc00\\ud800', '😀']) {
            const token = `"a\\${tail}b"`;
            expect([tail, badEscapes(token).length === 0]).toEqual([tail, readable(token)]);
        }
    });

    it('with another escape is rejected at its place', () => {
        const { parseResult } = parse('claim "a\\q" : never x.y when z == "\\u00zz"');
        expect(parseResult.lexerErrors.map((error) => [error.column, error.length])).toEqual([
            [9, 2],
            [36, 4]
        ]);
    });
});

describe('a number', () => {
    it.each([
        ...['0', '-0', '007', '1.50', '0.1', '-12.25', '9007199254740991', '-9007199254740991', '0.0000001', '100000'],
        ...['123456789.012345', '0.000000000000001']
    ])('%s is exact', (image) => expect(isExactNumber(image)).toBe(true));

    it.each([
        ...['9007199254740992', '9007199254740993', '-9007199254740993', '1000000000000000000000'],
        ...['0.1234567890123456789', '0.30000000000000000001', '4503599627370496.7', `1${'0'.repeat(400)}`]
    ])('%s is not exact', (image) => expect(isExactNumber(image)).toBe(false));

    it('of up to 15 digits is exact', () => {
        fc.assert(
            fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.nat(15), (digits, places) => {
                const text = String(digits).padStart(places + 1, '0');
                const image = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
                expect(isExactNumber(image)).toBe(true);
            }),
            { seed: SEED }
        );
    });

    it('is written without an exponent, so that it can be read back', () => {
        fc.assert(
            fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
                expect(numberToken(value)).toMatch(/^-?[0-9]+(\.[0-9]+)?$/);
                expect(Number(numberToken(value))).toBe(value === 0 ? 0 : value);
            }),
            { seed: SEED }
        );
    });

    it('that is not exact is rejected at its place', () => {
        const { parseResult } = parse('limit x.y to 9007199254740993');
        expect(parseResult.lexerErrors.map((error) => [error.column, error.length])).toEqual([[14, 16]]);
    });
});

/** Each UTF-16 unit of the text as `\uXXXX`. */
function escapedWhole(text: string): string {
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}

/** True if JSON can parse the token into a well-formed text. */
function readable(token: string): boolean {
    try {
        return !/[\ud800-\udfff]/u.test(JSON.parse(token) as string);
    } catch {
        return false;
    }
}
