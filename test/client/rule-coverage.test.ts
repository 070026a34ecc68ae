/** Tests which rules of a policy the steps of its scenarios cover. */
import { expect, test } from 'vitest';
import { coveredRules } from '../../client/testing/rule-coverage.js';
import { at, counterexample, uri } from './fixtures/results.js';

// The rules at lines 8 and 9, a use at lines 10 to 12, and two steps of the scenario at line 20.
const PLACES = [
    { first: 8, last: 8 },
    { first: 9, last: 9 },
    { first: 10, last: 12 },
    { first: 21, last: 21 },
    { first: 22, last: 22 }
];
const source = { ...at(20), end: { line: 22, character: 0 } };
const [step] = counterexample.steps;
const ofPack = { ...step!, rules: [{ text: 'deny x', source: { ...at(3), uri: 'file:///pack' }, usedAt: at(10) }] };
const scenario = (name: string, steps: typeof counterexample.steps) => ({
    name,
    source,
    passed: true,
    steps: [],
    trace: { ...counterexample, steps }
});
const scenarios = [scenario('one', [step!, step!, ofPack]), scenario('other', [ofPack])];

const covered = (...names: string[]): number[] =>
    coveredRules(uri, PLACES, scenarios, new Set(names)).map(({ steps }) => steps);

test('each rule has the number of steps that it decided, and a pack counts at its use', () => {
    expect(covered('one')).toEqual([2, 0, 1]);
    expect(covered('one', 'other')).toEqual([2, 0, 2]);
});

test('scenarios that did not run cover nothing', () => {
    expect(covered()).toEqual([0, 0, 0]);
});
