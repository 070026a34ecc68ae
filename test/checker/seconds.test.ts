import { expect, test } from 'vitest';
import { inSeconds } from '../../server/checker/limits/seconds.js';

test.each([
    [1000, '1 second'],
    [2500, '2.5 seconds'],
    [60_000, '60 seconds'],
    [500, '0.5 seconds']
])('%i ms are %s', (milliseconds, said) => {
    expect(inSeconds(milliseconds)).toBe(said);
});
