/**
 * Tests that the product's decision procedure and the oracle agree on every decision in random sessions of random
 * policies.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { disagreement, type Tally } from './agree.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { sessions } from './sessions.js';
import { more, runs } from '../support/depth.js';

const POLICIES = runs(4_000);
const SESSIONS_PER_POLICY = 4;
const SEED = 20_250_117;

const shape: Shape = {
    agents: 3,
    humans: 2,
    tools: 5,
    params: 2,
    monitors: 4,
    rules: 6,
    claims: 0,
    depth: 2,
    approvals: 3,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
    seconds: [1, 2, 5, 900, 86_400],
    windows: [0, 1, 2, 5, 900],
    timed: 5,
    keyed: 7,
    outside: 2,
    claimKinds: ['never']
};

test('product and oracle decide the same way', () => {
    const tally: Tally = new Map();
    const cases = fc.tuple(
        policies(shape),
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
        expect(tally.get(kind) ?? 0, `how often the random sessions contain: ${kind}`).toBeGreaterThan(more(3));
    }
});

/** The features that must occur: a generator that stops reaching one of these would leave it untested. */
const EXPECTED = [
    'allowed',
    'held',
    'waits',
    'denied by rule',
    'denied by unknown',
    'denied by default',
    'denied by inventory',
    'submitted again',
    'approve',
    'refuse',
    'an answer of somebody who is not asked',
    'success',
    'error',
    'lost',
    'outside',
    'two are asked',
    'released with two approvals',
    'waits to clear, perhaps',
    'carries: yes',
    'carries after a clearing: no',
    'carries after a clearing: yes',
    ...['once', 'since', 'no since', 'once then'].flatMap((kind) =>
        ['', ' within', ' keyed', ' within keyed'].flatMap((more) =>
            ['yes', 'no', 'unknown'].map((said) => `${kind}${more}: ${said}`)
        )
    ),
    ...['last is', 'last is within', 'count', 'count keyed', 'since or start', 'since or start keyed'].flatMap((form) =>
        ['yes', 'no', 'unknown'].map((said) => `${form}: ${said}`)
    )
];
