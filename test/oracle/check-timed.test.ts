/**
 * Repeats the comparison of `check.test.ts` with time windows, and with approvals that lapse or authorize several
 * calls.
 */
import { test } from 'vitest';
import { agree, expectMore } from './agreement.js';
import { heldAndTimed, keyedAndTimed, serving, timed } from './shapes.js';
import { standing } from './standing.js';
import {} from '../support/depth.js';

const VERDICTS = ['holds', 'violated', 'vacuous', 'witnessed', 'impossible', 'exhausted'];

test('the checker and the naive checker agree on windows', () => {
    const lengths = ['at most', 'decided', 'never'].flatMap((kind) => [`${kind} in 1`, `${kind} in 2`]);
    const reached = [...lengths, 'always in 1', 'no flow in 2', 'possible in 2', 'requires in 1', 'never in 3'];
    expectMore(agree(timed, 140), 0, [...VERDICTS, ...reached, 'with waiting', 'with an event']);
});

test('the checker and the naive checker agree on holds and answers that lapse', () => {
    expectMore(agree(heldAndTimed, 60), 0, [...VERDICTS, 'with a human', 'possible in 3', 'never in 2']);
});

test('the checker and the naive checker agree on reusable approvals', () => {
    const tally = agree(serving, 30, standing(serving));
    expectMore(tally, 0, ['holds', 'violated', 'witnessed', 'with a human', 'never in 2']);
});

test('the checker and the naive checker agree on windows and keys', () => {
    const tally = agree(keyedAndTimed, 100);
    expectMore(tally, 0, [...VERDICTS, 'at most in 2', 'never in 2', 'with waiting', 'with two keys']);
});
