/**
 * Compares the search by generated code with the search of the system itself, on random policies: all results are
 * equal.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Policy } from '../../server/model/policy/policy.js';
import { bothSearches } from '../support/searches.js';
import type { Shape } from './generate.js';
import { policies } from './generate.js';
import { printPolicy } from './print.js';
import { more, runs } from '../support/depth.js';

const SEED = 20_261_125;
const RUNS = runs(120);

/** Systems that see attempts of calls that may be held are not compiled; a few of them show that this is detected. */
const plain: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 4,
    rules: 5,
    claims: 3,
    depth: 2,
    approvals: 2,
    statuses: ['succeeded', 'released', 'failed', 'denied', 'attempted'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 2,
    claimKinds: ['never', 'requires', 'at most', 'no flow', 'always', 'possible', 'possible', 'decided']
};

const shapes: readonly (readonly [string, Shape])[] = [
    ['plain', plain],
    ['many monitors', { ...plain, tools: 2, params: 0, monitors: 7, rules: 8, statuses: ['succeeded', 'failed'] }],
    ['keys', { ...plain, agents: 1, keyed: 8 }],
    ['approvals', { ...plain, statuses: ['succeeded', 'failed', 'denied'], approvals: 6 }]
];

test.each(shapes)('%s', (_, shape) => {
    const tally = { compiled: 0, goals: 0, exhausted: 0, large: 0 };
    fc.assert(
        fc.property(policies(shape), (policy: Policy) => {
            for (const claim of policy.claims) {
                const found = bothSearches(policy, claim);
                if (found) {
                    tally.compiled++;
                    tally.goals += found.known.path ? 1 : 0;
                    tally.exhausted += found.known.exhausted ? 1 : 0;
                    tally.large += found.known.states > 20 ? 1 : 0;
                    expect(found.generated, `${printPolicy(policy)}\n${claim.text}`).toEqual(found.known);
                }
            }
        }),
        { seed: SEED, numRuns: RUNS }
    );
    // Each has to occur often enough to be meaningful.
    expect(tally.compiled).toBeGreaterThan(more(RUNS / 3));
    expect(tally.goals).toBeGreaterThan(more(RUNS / 10));
    expect(tally.exhausted).toBeGreaterThan(more(RUNS / 10));
    expect(tally.large).toBeGreaterThan(more(RUNS / 40));
});
