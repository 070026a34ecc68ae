/**
 * Tests certificates that were changed in one place. Each is refused, except those that still prove their claim, which
 * are listed.
 */
import { expect, test } from 'vitest';
import { files, load } from '../examples/policies.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { mutantsOf } from './mutants.js';
import { certified, verified } from './support.js';

/** The examples that each build tests. */
const IN_BUILD = /^[^:]*(portfolio|flow|payments|coding-agent|modes|network)/;

/**
 * Two rules or reasons may close a case, and a proof may follow or stop more than it needs: what is left still proves the claim, which
 * is true. Of claims that are broken, no changed certificate is accepted (`changed-policies.test.ts`).
 */
const STILL_PROVE =
    /: (another rule denies|another reason: (no allow|claim)|only the case true is kept|a cell is left out|a call is no longer stopped)$/;

test('the certificate of another claim is refused', async () => {
    let tried = 0;
    for (const file of files) {
        const { policy } = await load(file);
        const written = policy && certified(policy);
        for (const one of written?.certificates ?? []) {
            for (const [claim, { name }] of policy!.claims.entries()) {
                // A certificate names its conditions by their places, so a certificate of another claim is refused.
                if (claim !== one.claim && one.conditions.length > 0) {
                    tried++;
                    const changed = { ...written!, certificates: [{ ...one, claim, name }] };
                    expect(verified(policy!, changed).accepted, `${file}: ${name}`).toEqual([]);
                }
            }
        }
    }
    expect(tried).toBeGreaterThan(500);
});

test('a changed certificate is refused, unless it still proves its claim', async () => {
    const tried = new Map<string, number>();
    const stillProve: string[] = [];
    for (const file of partOf(files, (name) => IN_BUILD.test(name))) {
        const { policy } = await load(file);
        const written = policy && certified(policy);
        for (const one of written?.certificates ?? []) {
            for (const { change, certificate } of mutantsOf(one)) {
                tried.set(change, (tried.get(change) ?? 0) + 1);
                if (verified(policy!, { ...written!, certificates: [certificate] }).accepted.length > 0) {
                    stillProve.push(`${file}: ${one.name}: ${change}`);
                }
            }
        }
    }
    expect(tried.size).toBe(IS_DEEP ? 33 : 32);
    expect(Math.min(...tried.values())).toBeGreaterThan(1);
    expect(stillProve.filter((text) => IN_BUILD.test(text))).toEqual([
        // In one state, two rules deny the call.
        'coding-agent/coding-agent.guardrail: nothing is merged that nobody approved after the last change: another rule denies',
        // No `allow` applies, and the mode is another.
        "guardrails/modes.guardrail: only one's own accounts are closed: another reason: no allow"
    ]);
    expect(stillProve.filter((text) => !STILL_PROVE.test(text))).toEqual([]);
});
