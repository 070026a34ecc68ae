import { expect, test } from 'vitest';
import { add, amountOf, compareAmounts, compareIntervals, negated } from '../../../server/model/values/amounts.js';
import { append, EMPTY_SEQUENCE, firstIndex, itemAt, itemsFrom } from '../../../server/model/collections/sequence.js';
import type { Sequence } from '../../../server/model/collections/sequence.js';
import type { TextMap } from '../../../server/model/collections/text-map.js';
import { valueAt, withValue } from '../../../server/model/collections/text-map.js';
import { FALSE, TRUE, UNKNOWN } from '../../../server/model/policy/truth.js';

test('a number means the decimal as written, for any size', () => {
    expect(add(amountOf(0.1), amountOf(0.2))).toBe('0.3');
    expect(add(amountOf(-0.25), amountOf(0.05))).toBe('-0.2');
    expect(add('0.5', '0.5')).toBe(1);
    expect(amountOf(1.5e-9)).toBe('0.0000000015');
    expect(amountOf(-0)).toBe(0);
    // Floating point would lose these digits.
    expect(add(add(amountOf(1e300), 5), negated(amountOf(1e300)))).toBe(5);
    expect(compareAmounts('0.30', amountOf(0.3))).toBe(0);
    expect(compareAmounts(amountOf(-1e21), amountOf(1e-7))).toBeLessThan(0);
});

test('a comparison is unknown only if the intervals overlap', () => {
    const perhaps = { least: 0, most: 60 };
    expect(compareIntervals('>', perhaps, { least: 60, most: 60 })).toBe(FALSE);
    expect(compareIntervals('>', perhaps, { least: '59.99', most: '59.99' })).toBe(UNKNOWN);
    expect(compareIntervals('<=', perhaps, { least: 60, most: null })).toBe(TRUE);
    expect(compareIntervals('==', perhaps, { least: 61, most: null })).toBe(FALSE);
    expect(compareIntervals('!=', { least: null, most: null }, perhaps)).toBe(UNKNOWN);
});

test('a longer sequence leaves the shorter ones unchanged', () => {
    let sequence: Sequence<number> = EMPTY_SEQUENCE;
    const shorter: Sequence<number>[] = [];
    for (let item = 0; item < 2100; item++) {
        shorter.push(sequence);
        sequence = append(sequence, item);
    }
    expect([0, 31, 32, 1023, 1024, 2099].map((index) => itemAt(sequence, index))).toEqual([
        0, 31, 32, 1023, 1024, 2099
    ]);
    expect(itemsFrom(shorter[33]!, 30)).toEqual([30, 31, 32]);
    expect(firstIndex(sequence, 5, (item) => item >= 1500)).toBe(1500);
    expect(itemsFrom(append(shorter[32]!, -1), 31)).toEqual([31, -1]);
});

test('a map leaves its original intact', () => {
    let map: TextMap<number>;
    const keys = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'));
    keys.forEach((key, index) => (map = withValue(map, key, index)));
    const before = map;
    const after = withValue(map, '0500', -1);
    expect([valueAt(before, '0500'), valueAt(after, '0500'), valueAt(after, 'none')]).toEqual([500, -1, undefined]);
    expect(keys.every((key, index) => valueAt(before, key) === index)).toBe(true);
});
