/** Compares the search by generated code with the search of the system itself: all results are equal. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { IS_DEEP, partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { bothSearches } from '../support/searches.js';

const folder = new URL('./cases/', import.meta.url);
const compiled: string[] = [];

describe.each(readdirSync(folder).filter((name) => name.endsWith('.guardrail')))('%s', async (file) => {
    const policy = await policyOf(readFileSync(new URL(file, folder), 'utf8'));
    test.each(partOf(policy.claims, 24).map((claim) => [claim.name, claim] as const))('%s', (_, claim) => {
        const found = bothSearches(policy, claim);
        if (found) {
            compiled.push(claim.name);
            expect(found.generated).toEqual(found.known);
        }
    });
});

test('most of them are compiled', () => {
    expect(compiled.length).toBeGreaterThan(IS_DEEP ? 150 : 30);
});
