/** Compares the product with the naive checker on random policies of a shape. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Policy } from '../../server/model/policy/policy.js';
import { disagreements } from './disagreements.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { more, runs, SHARE } from '../support/depth.js';

/** `npm run test:deep` divides slow tests into shares, each of which has its own policies. */
const SEED = 20_250_117 + SHARE;

/**
 * Fails at the first policy on which the two disagree, minimized.
 *
 * @returns how often each verdict, length and so on occurred
 */
export function agree(shape: Shape, policyCount: number, drawn = policies(shape)): Map<string, number> {
    const tally = new Map<string, number>();
    const details = fc.check(
        fc.property(drawn, (policy) => disagreements(policy, tally).length === 0),
        { numRuns: runs(policyCount), seed: SEED }
    );
    if (details.counterexample !== null) {
        const [policy] = details.counterexample;
        expect.fail(
            `seed ${details.seed}, path ${details.counterexamplePath}\n${printPolicy(policy)}\n\n${explain(policy)}`
        );
    }
    return tally;
}

/**
 * Expects that each of these has occurred more often than this: a case that a generator no longer reaches would be
 * untested.
 */
export function expectMore(tally: Map<string, number>, than: number, whats: readonly string[]): void {
    for (const what of whats) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(more(than));
    }
}

function explain(policy: Policy): string {
    try {
        return disagreements(policy, new Map()).join('\n');
    } catch (error) {
        return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
}
