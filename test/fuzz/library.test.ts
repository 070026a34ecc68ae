/** Tests that for any input to the library, the forbidden outcomes never occur (`run-library.ts`). */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { formsPolicy } from '../attack/all-forms.js';
import { isFuzzing, seconds, seed } from '../language/hardening/budget.js';
import { parsePolicy, policyOf } from '../support/policies.js';
import { Library, programs } from './run-library.js';

const POLICIES = isFuzzing ? 40 : 1;
const share = (seconds * 1000) / POLICIES;

const library = new Library();
afterAll(() => library.close());

describe(`programs for the library (seed ${seed})`, () => {
    test.each(Array.from({ length: POLICIES }, (_, index) => ((seed + index) % 100_000) + 1))(
        'with the policy %i',
        { timeout: 3 * share + 300_000 },
        async (number) => {
            const text = await validForms(number);
            const policy = await policyOf(text);
            let finding = '';
            const details = await fc.check(
                fc.asyncProperty(programs(text, policy), async (program) => {
                    const found = await library.judge(program, policy);
                    finding = found ?? finding;
                    return found === undefined;
                }),
                {
                    seed: seed | 0,
                    ...(isFuzzing
                        ? { numRuns: Infinity, interruptAfterTimeLimit: share, markInterruptAsFailure: false }
                        : { numRuns: 10 })
                }
            );
            const steps = details.counterexample?.[0].steps;
            expect(
                details.counterexample
                    ? `${finding || String(details.errorInstance)}\n\n${JSON.stringify(steps, undefined, 1)}\n\n${text}`
                    : ''
            ).toBe('');
        }
    );
});

/** A valid random policy: if one is invalid, the next one is used. */
async function validForms(first: number): Promise<string> {
    for (let number = first; number < first + 20; number++) {
        const text = formsPolicy(number);
        if ((await parsePolicy(text)).policy) {
            return text;
        }
    }
    throw new Error(`None of 20 policies from ${first} on is valid.`);
}
