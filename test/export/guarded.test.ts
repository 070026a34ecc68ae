/** Compares the exported system with the checker: the same verdict and, without windows, the same number of states. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import type { GuardedSystem } from '../../server/export/guarded.js';
import { guardedSystemOf } from '../../server/export/guarded.js';
import { stateGraphOf } from '../../server/export/states.js';
import { Unexportable } from '../../server/export/unexportable.js';
import type { ClaimResult } from '../../server/checker/results/result.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { files, load } from '../examples/policies.js';
import { policies } from '../oracle/generate.js';
import { printPolicy } from '../oracle/print.js';
import { policyOf } from '../support/policies.js';
import { SHAPES } from './shapes.js';
import { isWhole } from './whole-search.js';
import { IS_DEEP, more, partOf, runs } from '../support/depth.js';

const SEED = 20_261_125;
const MAX_STATES = 4_000;
const LIMITS = { maxStates: MAX_STATES, maxMemoryMB: 500, timeoutMs: 10_000 };

/** The cases and examples have modes, delegation, assumptions and other features that the random policies lack. */
test('on the claims of the cases and examples', async () => {
    const folder = new URL('../checker/cases/', import.meta.url);
    const cases = readdirSync(folder).map((name) => policyOf(readFileSync(new URL(name, folder), 'utf8')));
    const examples = files.map(async (file) => (await load(file)).policy);
    const policies = await Promise.all([...cases, ...examples]);
    const claims = policies.flatMap((policy) => (policy?.claims ?? []).map((claim) => ({ policy: policy!, claim })));
    let compared = 0;
    for (const { policy, claim } of partOf(claims, 50)) {
        const system = exported(() => guardedSystemOf(policy, claim));
        compared += system && agrees(policy, claim, system, checkClaim(policy, claim, { limits: LIMITS })) ? 1 : 0;
    }
    expect(compared).toBeGreaterThan(IS_DEEP ? 100 : 5);
});

test.each(Object.entries(SHAPES))('%s', (_name, { shape, runs: perBuild, least }) => {
    let compared = 0;
    fc.assert(
        fc.property(policies(shape), (policy) => {
            const results = checkPolicy(policy, { limits: LIMITS }).claims;
            policy.claims.forEach((claim, index) => {
                const system = exported(() => guardedSystemOf(policy, claim));
                const result = results[index]!;
                compared += system && agrees(policy, claim, system, result) ? 1 : 0;
            });
        }),
        { seed: SEED, numRuns: runs(perBuild) }
    );
    expect(compared).toBeGreaterThan(more(least));
});

/** True if a comparison was possible. */
function agrees(policy: Policy, claim: Claim, system: GuardedSystem, result: ClaimResult): boolean {
    const graph = stateGraphOf(system, MAX_STATES);
    if (result.verdict === 'undecided' || !graph.isWhole) {
        return false;
    }
    const found = result.verdict === 'violated' || result.verdict === 'witnessed';
    const text = `${claim.text} is ${result.verdict}\n${policy.name === 'Random' ? printPolicy(policy) : policy.name}`;
    if (system.differences.length === 0) {
        expect(graph.goals.length > 0, text).toBe(found);
        if (isWhole(policy, system, result)) {
            expect(graph.states.length, text).toBe(result.basis.states);
        }
    } else if (graph.goals.length > 0) {
        expect(found, text).toBe(true);
    }
    return true;
}

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
