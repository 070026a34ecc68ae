/**
 * Policies with claims that can be proved beside claims that only look like them. Exactly the claims that are marked as
 * proven have a certificate; the others are broken, or need more than the verifier knows. A certificate that is changed
 * in one place is refused, unless it still proves its claim.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyOf } from '../support/policies.js';
import { mutantsOf } from './mutants.js';
import { certified, verified } from './support.js';

const FOLDER = new URL('near-misses/', import.meta.url);

/**
 * An `allow` or a claim that does not certainly apply is one reason, and values that exclude each other are another. What the rules and
 * the claim ask alike has two places, and a case that is not needed may be left out.
 */
const STILL_PROVE = [
    /^(clock|equal-values|followed-modes|reused-approvals)\.guardrail: .*: another reason: (no allow|claim)$/,
    /^kept-totals\.guardrail: .*: (a value of another condition is chosen|(a|another) condition (has another place|excludes))$/,
    /^texts\.guardrail: .*: (another reason: (no allow|claim)|only the case (true|false) is kept)$/,
    /^equal-values\.guardrail: (a month later|every payment is dated): a condition has another place$/,
    /^kept-totals\.guardrail: some of them: only the case (unknown|true) is kept$/
];

test.each(readdirSync(FOLDER))('%s', async (name) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    const policy = await policyOf(text);
    const written = certified(policy);
    expect(verified(policy, written).refused).toEqual([]);
    const proven = new Set(written.certificates.map(({ claim }) => claim));
    const found = policy.claims.map((_, claim) => (proven.has(claim) ? 'proven' : 'open'));
    expect(found).toEqual([...text.matchAll(/^\/\/= (proven|open)$/gm)].map(([_, word]) => word));
    const mutants = written.certificates.flatMap((one) => [...mutantsOf(one)]);
    const stillProve = mutants.filter(
        ({ certificate }) => verified(policy, { ...written, certificates: [certificate] }).accepted.length > 0
    );
    const listed = stillProve.map(({ change, certificate }) => `${name}: ${certificate.name}: ${change}`);
    expect(listed.filter((one) => !STILL_PROVE.some((known) => known.test(one)))).toEqual([]);
    expect(mutants.length).toBeGreaterThan(20);
});
