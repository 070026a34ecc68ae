/** Tests the log of the methods tried for a claim in its result: the searches write it, in order. */
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import type { SearchAttempt } from '../../../server/checker/results/result.js';
import { policyOf } from '../../support/policies.js';
import { EXPLAINED } from './explained-searches.js';

describe('the log of a claim', () => {
    test.each(Object.entries(EXPLAINED))('%s', async (_, { text, expected }) => {
        const policy = await policyOf(text);
        const [result] = checkPolicy(policy, { explainSearch: true }).claims;
        expect(result!.search!.flatMap(linesOf)).toEqual(expected);
        const ran = result!.search!.flatMap(({ runs }) => runs);
        expect(result!.basis.states === 0 || ran.some(({ states }) => states === result!.basis.states)).toBe(true);
    });

    test('is only part of the result if requested', async () => {
        const { text } = Object.values(EXPLAINED)[0]!;
        const policy = await policyOf(text);
        expect(checkPolicy(policy).claims[0]).not.toHaveProperty('search');
    });

    test('does not change the rest of the result', async () => {
        for (const { text } of Object.values(EXPLAINED)) {
            const policy = await policyOf(text);
            const [plain, explained] = [{}, { explainSearch: true }].map((options) =>
                JSON.stringify(checkPolicy(policy, options).claims, (field, value: unknown) =>
                    field === 'milliseconds' || field === 'search' ? undefined : value
                )
            );
            expect(explained).toEqual(plain);
        }
    });
});

function linesOf({ about, method, outcome, why, verdict, runs }: SearchAttempt): string[] {
    const so = outcome === 'decided' ? verdict : why;
    return [
        `${about} | ${method}: ${outcome}${so === undefined ? '' : `: ${so}`}`,
        ...runs.map(({ engine, reductions, found }) => `  ${[engine, ...reductions, found].join('; ')}`)
    ];
}
