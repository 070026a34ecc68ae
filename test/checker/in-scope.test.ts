/**
 * Tests claims that are broken by sessions which only the right values reveal. In `broken/` every claim is false, so
 * none may hold, not even in scope; in `kept/` every claim restates a rule, so none may be violated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Claim } from '../../server/model/policy/policy.js';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

/** Some claims need more states than a build has time for, and are undecided there. */
const LIMITS = IS_DEEP ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, maxStates: 50_000 };

/** Conditions that each take seconds. */
const SLOW: readonly string[] = ['more than there are values', 'from'];

describe.each(filesIn('broken'))('broken: %s', async (_, text) => {
    const policy = await policyOf(text);
    test.each(quick(policy.claims).map((claim) => [claim.name, claim] as const))('%s', (_name, claim) => {
        const { verdict, trace, basis } = checkClaim(policy, claim, { limits: LIMITS });
        expect(['violated', 'undecided']).toContain(verdict);
        expect(verdict === 'violated' ? trace : basis.limit).toBeDefined();
    });
});

describe.each(filesIn('kept'))('kept: %s', async (_, text) => {
    const policy = await policyOf(text);
    test.each(quick(policy.claims).map((claim) => [claim.name, claim] as const))('%s', (_name, claim) => {
        const { verdict } = checkClaim(policy, claim, { limits: LIMITS });
        expect(verdict).not.toBe('violated');
    });
});

function quick(claims: readonly Claim[]): Claim[] {
    return partOf(claims, ({ name }) => !SLOW.includes(name));
}

function filesIn(name: string): [string, string][] {
    const folder = new URL(`./in-scope/${name}/`, import.meta.url);
    return readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]);
}
