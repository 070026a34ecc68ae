/** Tests the search for a long text in another against the engine's. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containsText } from '../../../server/model/values/parts-of-texts.js';
import { SEED } from '../../support/depth.js';

test('a long part is found exactly where the engine finds it', () => {
    const seen = { found: 0, missed: 0 };
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 });
    fc.assert(
        fc.property(letters, letters, letters, fc.nat(100), fc.nat(100), (before, inner, after, many, more) => {
            const part = inner.repeat(40 + many) + after;
            const text = before.repeat(more) + inner.repeat(60 + many) + after + before;
            expect(containsText(text, part)).toBe(text.includes(part));
            expect(containsText(part, text)).toBe(part.includes(text));
            seen[text.includes(part) ? 'found' : 'missed']++;
            const other = `${part.slice(1)}b${part.slice(0, 3)}`;
            expect(containsText(text, other)).toBe(text.includes(other));
            seen[text.includes(other) ? 'found' : 'missed']++;
        }),
        { seed: SEED, numRuns: 500 }
    );
    expect(seen.found).toBeGreaterThan(50);
    expect(seen.missed).toBeGreaterThan(50);
});
