/** The exported system against the checker: the same verdict and, without windows, the same number of states. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import { guardedSystemOf } from '../../../server/checker/exports/guarded.js';
import { stateGraphOf } from '../../../server/checker/exports/states.js';
import { Unexportable } from '../../../server/checker/exports/unexportable.js';
import { policies } from '../../oracle/generate.js';
import { printPolicy } from '../../oracle/print.js';
import { SHAPES } from './shapes.js';

const SEED = 20_261_125;
const MAX_STATES = 20_000;
const LIMITS = { maxStates: MAX_STATES, maxMemoryMB: 500, timeoutMs: 10_000 };

test.each(Object.entries(SHAPES))('%s', (_name, { shape, runs, least }) => {
    let compared = 0;
    fc.assert(
        fc.property(policies(shape), (policy) => {
            const results = checkPolicy(policy, { limits: LIMITS }).claims;
            policy.claims.forEach((claim, index) => {
                const system = exported(() => guardedSystemOf(policy, claim));
                const result = results[index]!;
                if (!system || result.verdict === 'undecided') {
                    return;
                }
                const graph = stateGraphOf(system, MAX_STATES);
                if (!graph.isWhole) {
                    return;
                }
                const found = result.verdict === 'violated' || result.verdict === 'witnessed';
                const { states, exhausted, scopes } = result.basis;
                const text = `${claim.text} is ${result.verdict}\n${printPolicy(policy)}`;
                if (system.differences.length === 0) {
                    expect(graph.goals.length > 0, text).toBe(found);
                    if (exhausted && scopes.length === 0 && !system.variables.some(({ isAge }) => isAge)) {
                        expect(graph.states.length, text).toBe(states);
                    }
                } else if (graph.goals.length > 0) {
                    expect(found, text).toBe(true);
                }
                compared++;
            });
        }),
        { seed: SEED, numRuns: runs }
    );
    expect(compared).toBeGreaterThan(least);
}, 300_000);

function exported<T>(make: () => T): T | undefined {
    try {
        return make();
    } catch (error) {
        if (error instanceof Unexportable) {
            return undefined;
        }
        throw error;
    }
}
