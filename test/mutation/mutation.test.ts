/**
 * Mutation: each mutant of a finished example, in which one rule is weaker in one place, is caught by a claim, or proved
 * equivalent: no session is decided otherwise. A survivor says that the example lacks a claim.
 */
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../examples/policies.js';
import { mutantsOf } from './mutants.js';
import type { Fate } from './try.js';
import { fateOf, verdictsOf } from './try.js';

/** How many mutants of each example are caught, and how many are equivalent. */
const EXPECTED: { readonly [file: string]: readonly [caught: number, equivalent: number] } = {};

describe.each(Object.entries(EXPECTED))('%s', (file, [caught, equivalent]) => {
    test(`${caught} mutants are caught, ${equivalent} are equivalent`, async () => {
        const policy = await loadPolicy(file);
        const verdicts = verdictsOf(policy);
        const fates = new Map<Fate['kind'], string[]>();
        for (const mutant of mutantsOf(policy)) {
            const fate = fateOf(policy, mutant, verdicts);
            const text = fate.kind === 'survives' ? `${mutant.text}: ${fate.because}` : mutant.text;
            fates.set(fate.kind, [...(fates.get(fate.kind) ?? []), text]);
        }
        expect(fates.get('survives') ?? []).toEqual([]);
        expect([fates.get('caught')?.length ?? 0, fates.get('equivalent')?.length ?? 0]).toEqual([caught, equivalent]);
    }, 600_000);
});

test('there are as many as that', () => {
    expect(Object.values(EXPECTED).flat().reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(300);
});
