/**
 * Compares the product's verdicts and shortest sessions with the naive checker's, on random small policies without a
 * clock.
 */
import { expect, test } from 'vitest';
import { agree, expectMore } from './agreement.js';
import { CASES } from './cases.js';
import { check } from './check.js';
import { disagreements, LIMITS } from './disagreements.js';
import { printPolicy } from './print.js';
import { asking, comparing, keyed, small } from './shapes.js';
import {} from '../support/depth.js';

test.each(CASES)('$name', ({ policy, steps }) => {
    expect(check(policy, LIMITS).claims[0]?.steps, printPolicy(policy)).toBe(steps);
    expect(disagreements(policy, new Map()), printPolicy(policy)).toEqual([]);
});

const VERDICTS = ['holds', 'violated', 'vacuous', 'witnessed', 'impossible'];
const THREE = ['never', 'requires', 'possible'].flatMap((kind) => [1, 2, 3].map((steps) => `${kind} in ${steps}`));

test('the checker and the naive checker agree', () => {
    expectMore(agree(small, 200), 1, [...VERDICTS, ...THREE, 'exhausted', 'with a human']);
});

test('the checker and the naive checker agree on the effect of approvals', () => {
    expectMore(agree(asking, 150), 1, ['holds', 'violated', 'witnessed', 'never in 3', 'with a human']);
});

test('the checker and the naive checker agree on arguments', () => {
    const reached = ['never in 1', 'requires in 1', 'possible in 2'];
    expectMore(agree(comparing, 180), 1, ['holds', 'violated', 'witnessed', 'impossible', ...reached]);
});

test('the checker and the naive checker agree on keys', () => {
    const lengths = ['at most', 'decided', 'never', 'possible'].flatMap((kind) => [`${kind} in 1`, `${kind} in 2`]);
    const reached = lengths.filter((what) => what !== 'possible in 1');
    expectMore(agree(keyed, 450), 0, [
        ...VERDICTS,
        ...reached,
        'exhausted',
        'always in 1',
        'no flow in 2',
        'requires in 1'
    ]);
});
