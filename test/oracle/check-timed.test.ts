/** The same as `check.test.ts`, with windows of time and with approvals that lapse or serve several calls. */
import { test } from 'vitest';
import { agree, expectMore, TIMEOUT } from './agreement.js';
import { heldAndTimed, keyedAndTimed, serving, timed } from './shapes.js';
import { standing } from './standing.js';

const VERDICTS = ['holds', 'violated', 'vacuous', 'witnessed', 'impossible', 'exhausted'];

test('the checker and the naive checker agree on windows', TIMEOUT, () => {
    const lengths = ['at most', 'decided', 'never'].flatMap((kind) => [`${kind} in 1`, `${kind} in 2`]);
    const reached = [...lengths, 'always in 1', 'no flow in 2', 'possible in 2', 'requires in 1', 'never in 3'];
    expectMore(agree(timed, 300), 2, [...VERDICTS, ...reached, 'with waiting', 'with an event']);
});

test('the checker and the naive checker agree on holds and answers that lapse', TIMEOUT, () => {
    expectMore(agree(heldAndTimed, 60), 0, [...VERDICTS, 'with a human', 'possible in 3', 'never in 2']);
});

test('the checker and the naive checker agree on approvals that serve several calls', TIMEOUT, () => {
    const tally = agree(serving, 40, standing(serving));
    expectMore(tally, 0, ['holds', 'violated', 'witnessed', 'with a human', 'never in 2']);
});

test('the checker and the naive checker agree on windows and keys', TIMEOUT, () => {
    const tally = agree(keyedAndTimed, 100);
    expectMore(tally, 0, [...VERDICTS, 'at most in 2', 'never in 2', 'with waiting', 'with two keys']);
});
