/**
 * Tests every form of condition with every form of claim. If all calls are allowed, the claim is false, so it must
 * never hold, not even in scope. If a rule denies exactly these calls, the claim must never be violated.
 */
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { policyOf } from '../support/policies.js';
import { BROKEN, CONDITIONS, INVENTORY } from './in-scope/conditions.js';
import { DEPTH, partOf } from '../support/depth.js';

const ONE_IN = DEPTH > 1 ? 1 : 8;
const LIMITS = { ...DEFAULT_LIMITS, timeoutMs: 5_000 };

const pairs = CONDITIONS.map((condition, at) => {
    const other = CONDITIONS[(at * 7 + 5) % CONDITIONS.length]!;
    return { text: `(${condition.text}) and (${other.text})`, where: condition.where && other.where };
});

describe.each([...CONDITIONS, ...partOf(pairs, 48)])('$text', async (condition) => {
    const at = CONDITIONS.findIndex(({ text }) => condition.text.includes(text));
    const claims = BROKEN.flatMap((form) => form(condition) ?? []).filter((_, form) => (at + form) % ONE_IN === 0);
    const written = claims.map((claim, form) => `claim "${form}": ${claim}`).join('\n');
    const head = `policy Conditions${INVENTORY}allow a: g.*, p.*\n`;
    const broken = await policyOf(`${head}${written}`);
    test.each(broken.claims.map((claim) => [claim.text, claim] as const))('%s', (_, claim) => {
        const { verdict } = checkClaim(broken, claim, { limits: LIMITS });
        expect(['violated', 'undecided']).toContain(verdict);
    });

    const kept = await policyOf(
        `${head}deny p.act when ${condition.text}\nclaim "kept": never p.act when ${condition.text}`
    );
    test.skipIf(at % ONE_IN !== 0)('the rule restates the claim', () => {
        const { verdict } = checkClaim(kept, kept.claims[0]!, { limits: LIMITS });
        expect(verdict).not.toBe('violated');
    });
});
