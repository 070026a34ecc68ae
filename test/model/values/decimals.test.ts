/** Tests that sums are decimal sums as people write them, not sums of binary numbers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDecimals, digitsAfterPoint, subtractDecimals } from '../../../server/model/values/decimals.js';
import { SEED } from '../../support/depth.js';

test('cents add up', () => {
    expect(addDecimals(0.1, 0.2)).toBe(0.3);
    expect(subtractDecimals(0.3, 0.1)).toBe(0.2);
    expect(addDecimals(-0.05, 0.02)).toBe(-0.03);
    expect(addDecimals(1e-7, 2e-7)).toBe(3e-7);
    expect(addDecimals(1e21, 0.5)).toBe(1e21);
    expect([0, 12.5, 1e-7, 1.25e-7, 1e21].map(digitsAfterPoint)).toEqual([0, 1, 7, 9, 0]);
});

test('a sum of hundredths is the hundredth of the sum', () => {
    const hundredths = fc.integer({ min: -1e12, max: 1e12 });
    fc.assert(
        fc.property(hundredths, hundredths, (a, b) => {
            expect(addDecimals(a / 100, b / 100)).toBe((a + b) / 100);
        }),
        { seed: SEED }
    );
});
