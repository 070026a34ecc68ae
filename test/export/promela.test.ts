/**
 * Explores the Promela export by SPIN: it must agree with the checker on every verdict, and on the number of states if
 * the claim holds and the checker searched with all rules.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import type { GuardedSystem } from '../../server/export/guarded.js';
import { guardedSystemOf } from '../../server/export/guarded.js';
import { promelaOf } from '../../server/export/promela.js';
import { Unexportable } from '../../server/export/unexportable.js';
import type { ClaimResult } from '../../server/checker/results/result.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { files, load } from '../examples/policies.js';
import { policies } from '../oracle/generate.js';
import { printPolicy } from '../oracle/print.js';
import { SHAPES } from './shapes.js';
import { isWhole } from './whole-search.js';
import { missingForSpin, runSpin } from './spin.js';
import { IS_DEEP, partOf, runs } from '../support/depth.js';

const SEED = 41;
/** The number of policies for SPIN, of each shape in turn; the deep run uses more. */
const RUNS = runs(16, 2);
const LIMITS = { maxStates: 20_000, maxMemoryMB: 500, timeoutMs: 10_000 };
/** The longest window: a second is a step, so longer windows have too many states. */
const MAX_WINDOW = 5;

const missing = missingForSpin();

describe.skipIf(missing !== undefined)(missing ?? 'SPIN agrees', () => {
    test(`on ${RUNS} random policies`, () => {
        const shapes = Object.values(SHAPES);
        let compared = 0;
        for (let run = 0; compared < RUNS; run++) {
            const [policy] = fc.sample(policies(shapes[run % shapes.length]!.shape), { seed: SEED + run, numRuns: 1 });
            compared += comparedWith(policy!) ? 1 : 0;
        }
    }, 3_600_000);

    test('on the claims of the examples', async () => {
        const loaded = await Promise.all(files.map(async (file) => ({ file, policy: (await load(file)).policy })));
        const claims = loaded.flatMap(({ file, policy }) =>
            (policy?.claims ?? []).map((claim) => ({ file, policy: policy!, claim }))
        );
        // SPIN and the C compiler take seconds for each.
        const tried = partOf(claims, 64).flatMap((one) => {
            const system = exported(one.policy, one.claim);
            return system?.variables.every(({ isAge, max }) => !isAge || max <= MAX_WINDOW) ? [{ ...one, system }] : [];
        });
        expect(tried.length).toBeGreaterThan(IS_DEEP ? 20 : 0);
        for (const { file, policy, claim, system } of tried) {
            compare(policy, system, checkClaim(policy, claim, { limits: LIMITS }), `${file}: ${claim.name}`);
        }
    }, 3_600_000);
});

/** Compares the first comparable claim whose system is not trivial; false if there is none. */
function comparedWith(policy: Policy): boolean {
    for (const claim of policy.claims) {
        const system = exported(policy, claim);
        const result = system && checkClaim(policy, claim, { limits: LIMITS });
        if (system && result && result.verdict !== 'undecided' && result.basis.states > 3) {
            compare(policy, system, result, `${claim.text}\n${printPolicy(policy)}`);
            return true;
        }
    }
    return false;
}

function compare(policy: Policy, system: GuardedSystem, result: ClaimResult, text: string): void {
    const { errors, states } = runSpin(promelaOf(system));
    const found = result.verdict === 'violated' || result.verdict === 'witnessed';
    if (system.differences.length > 0) {
        expect(errors > 0 && !found, text).toBe(false);
        return;
    }
    expect(errors > 0, `${text}: ${result.verdict}`).toBe(found);
    if (isWhole(policy, system, result)) {
        expect(states, text).toBe(result.basis.states);
    }
}

function exported(policy: Policy, claim: Claim): GuardedSystem | undefined {
    try {
        return guardedSystemOf(policy, claim);
    } catch (error) {
        if (error instanceof Unexportable) {
            return undefined;
        }
        throw error;
    }
}
