/**
 * Tests that the product's decision procedure and the oracle agree on random sessions of policies that mix every form.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printPolicy } from './print.js';
import { disagreement, type Tally } from './whole/agree.js';
import { FORMS } from './whole/forms.js';
import { policies } from './whole/policies.js';
import { sessions } from './whole/sessions.js';
import { more, runs, SHARE } from '../support/depth.js';

/** The number of policies, which a longer run increases. */
const POLICIES = runs(900);
const SESSIONS_PER_POLICY = 4;
const SEED = 20_251_125 + SHARE;

test('no form is left out', () => {
    expect(Object.entries(FORMS).flatMap(([form, on]) => (on ? [] : [form]))).toEqual([]);
});

test('product and oracle decide the same way', () => {
    const tally: Tally = new Map();
    const cases = fc.tuple(
        policies(),
        fc.array(sessions, { minLength: SESSIONS_PER_POLICY, maxLength: SESSIONS_PER_POLICY })
    );
    const details = fc.check(
        fc.property(cases, ([policy, many]) => many.every((steps) => disagreement(policy, steps, tally) === undefined)),
        { numRuns: POLICIES, seed: SEED }
    );
    if (details.counterexample !== null) {
        const [[policy, many]] = details.counterexample;
        const session = many.map((steps) => disagreement(policy, steps, new Map())).find((text) => text !== undefined);
        expect.fail(
            `seed ${details.seed}, path ${details.counterexamplePath}\n${printPolicy(policy)}\n\n` +
                (session ?? String(details.errorInstance))
        );
    }
    for (const kind of EXPECTED) {
        expect(tally.get(kind) ?? 0, `how often the random sessions contain: ${kind}`).toBeGreaterThan(more(5));
    }
});

/** The features that must occur: a generator that stops reaching one of these would leave it untested. */
const EXPECTED = [
    ...['allowed', 'held', 'waits', 'denied by rule', 'denied by unknown', 'denied by default', 'denied by inventory'],
    ...['approve', 'refuse', 'return', 'outside', 'says', 'session', 'clock', 'time', 'success', 'error', 'lost'],
    ...['once', 'since', 'no since', 'once then'].flatMap((kind) =>
        ['yes', 'no', 'unknown'].map((said) => `${kind}: ${said}`)
    ),
    ...['count', 'distinct', 'total', 'total distinct'].flatMap((kind) => [`${kind}: exact`, `${kind}: interval`]),
    ...['signals of an event', 'signals of a request', 'signals with an answer', 'signals of a result'],
    ...['latest: one', 'latest: none', 'several modes possible', 'decided for several'],
    ...['chosen: once', 'chosen: a time', 'chosen: for the session']
];
