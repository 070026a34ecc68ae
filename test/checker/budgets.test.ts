/**
 * Tests that every loop of a check is inside a budget: with a budget that runs out after any number of clock reads, the
 * check of every policy ends within a bounded number of further reads, and claims nothing that it would not claim with
 * more time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withClock } from '../../server/checker/limits/budget.js';
import { CheckCancelled, checkPolicy } from '../../server/checker/check.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { onlyDeep, partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const folder = join(import.meta.dirname, 'budgets');
const policies = await Promise.all(
    partOf(
        readdirSync(folder).filter((file) => file.endsWith('.guardrail')),
        4
    ).map(async (file) => [file, await policyOf(readFileSync(join(folder, file), 'utf8'))] as const)
);

/** Milliseconds for each claim, by a clock that advances by one with each read. */
const FEW: readonly number[] = [0, ...onlyDeep([1, 3]), 13, ...onlyDeep([300])];
/**
 * The clock reads that a claim may take in addition: for its findings, for auxiliary questions, and for leaving nested
 * work.
 */
const BESIDE = 600;

interface Run {
    readonly looks: number;
    readonly verdicts: readonly string[];
}

function checkedWithin(policy: Policy, milliseconds: number): Run {
    let looks = 0;
    const { claims } = withClock(
        () => looks++,
        () => checkPolicy(policy, { limits: { ...DEFAULT_LIMITS, timeoutMs: milliseconds } })
    );
    return { looks, verdicts: claims.map(({ verdict }) => verdict) };
}

describe.each(policies)('%s', (_, policy) => {
    const most = checkedWithin(policy, 600);

    test.each(FEW)('with %d clock reads', (milliseconds) => {
        const { looks, verdicts } = checkedWithin(policy, milliseconds);
        expect(looks).toBeLessThan(policy.claims.length * (2 * milliseconds + BESIDE));
        verdicts.forEach((verdict, index) => {
            if (verdict !== 'undecided' && most.verdicts[index] !== 'undecided') {
                expect(STRENGTH[verdict]).toBe(STRENGTH[most.verdicts[index]!]);
            }
        });
    });

    test.each([0, 3, 50])('cancelled after %d polls', (looks) => {
        let asked = 0;
        const isCancelled = (): boolean => ++asked > looks;
        expect(() => checkPolicy(policy, { limits: DEFAULT_LIMITS, isCancelled })).toThrow(CheckCancelled);
        // The budget of the claim is checked together with the nested ones, and no work continues after the answer.
        expect(asked).toBeLessThanOrEqual(looks + 1);
    });
});

/** The category of a verdict; to hold for fewer sessions is the same category. */
const STRENGTH: Readonly<Record<string, string>> = {
    holds: 'good',
    'holds in scope': 'good',
    violated: 'bad',
    vacuous: 'empty',
    witnessed: 'done',
    impossible: 'not done',
    'not witnessed in scope': 'not done'
};
