/**
 * No loop of a check is outside its budget: with one that is spent after any number of looks at the clock, the check of
 * every policy ends within a bounded number of further looks, and says nothing that it does not say with more time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withClock } from '../../server/checker/limits/budget.js';
import { CheckCancelled, checkPolicy } from '../../server/checker/check.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { policyOf } from '../support/policies.js';

const folder = join(import.meta.dirname, 'budgets');
const policies = await Promise.all(
    readdirSync(folder)
        .filter((file) => file.endsWith('.guardrail'))
        .map(async (file) => [file, await policyOf(readFileSync(join(folder, file), 'utf8'))] as const)
);

/** Milliseconds of each claim, by a clock that goes on by one with each look at it. */
const FEW: readonly number[] = [0, 1, 3, 13, 300];
/** Looks that a claim may take besides: those of its findings, of what is asked beside it, and of leaving what it was in. */
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

    test.each(FEW)('with %d looks at the clock', (milliseconds) => {
        const { looks, verdicts } = checkedWithin(policy, milliseconds);
        expect(looks).toBeLessThan(policy.claims.length * (2 * milliseconds + BESIDE));
        verdicts.forEach((verdict, index) => {
            if (verdict !== 'undecided' && most.verdicts[index] !== 'undecided') {
                expect(STRENGTH[verdict]).toBe(STRENGTH[most.verdicts[index]!]);
            }
        });
    });

    test.each([0, 3, 50])('cancelled after %d looks at it', (looks) => {
        let asked = 0;
        const isCancelled = (): boolean => ++asked > looks;
        expect(() => checkPolicy(policy, { limits: DEFAULT_LIMITS, isCancelled })).toThrow(CheckCancelled);
        // The budget of the claim is asked together with those inside it, and none goes on after the answer.
        expect(asked).toBeLessThanOrEqual(looks + 1);
    });
});

/** What kind of thing a verdict says: that it holds for fewer sessions is no other. */
const STRENGTH: Readonly<Record<string, string>> = {
    holds: 'good',
    'holds in scope': 'good',
    violated: 'bad',
    vacuous: 'empty',
    witnessed: 'done',
    impossible: 'not done',
    'not witnessed in scope': 'not done'
};
