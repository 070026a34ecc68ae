/**
 * Compares claims that the rules settle alone with the exact search on random policies: no session breaks them. The
 * claims are those of the policy, its restated rules, and variants of these with other windows, statuses and numbers,
 * which the rules settle only if they imply them.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReleaseQuestion } from '../../server/checker/questions/question.js';
import { questionOf } from '../../server/checker/questions/question.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { settledByRules } from '../../server/checker/portfolio/rules-alone.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Claim } from '../../server/model/policy/policy.js';
import { policies } from './generate.js';
import { printPolicy } from './print.js';
import { keyed, plain, restated, timed } from './restated-rules.js';
import { IS_DEEP, more, runs } from '../support/depth.js';

const SEED = 20_261_129;
const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: IS_DEEP ? 20_000 : 300 } };

test.each([
    ['conditions, approvals, holds', plain],
    ['windows of time', timed],
    ['keys', keyed]
] as const)('%s: no session breaks a claim that the rules settle', (_, shape) => {
    let [settled, open] = [0, 0];
    fc.assert(
        fc.property(policies(shape), fc.nat(1_000), (given, choice) => {
            const { policy, questions } = restated(given, choice, shape === plain);
            const own = given.claims.map((claim: Claim) => questionOf(claim) as ReleaseQuestion);
            for (const question of [...own, ...questions]) {
                if (!settledByRules(policy, question)) {
                    open++;
                    continue;
                }
                const { verdict, exploration } = finished(searchExactly(policy, question, OPTIONS));
                if (exploration.limit === undefined) {
                    settled++;
                    expect(
                        ['holds', 'vacuous', 'holds in scope'],
                        `${printPolicy(policy)}\n${JSON.stringify(question)}`
                    ).toContain(verdict);
                }
            }
        }),
        { seed: SEED, numRuns: runs(300) }
    );
    expect(settled).toBeGreaterThan(more(50));
    expect(open).toBeGreaterThan(more(50));
});
