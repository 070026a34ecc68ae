/**
 * Tests that the first proposal is what an expert would do, and that repairs with permanent losses come last and are
 * marked.
 */
import { describe, expect, test } from 'vitest';
import { expertCases, TOOLS } from './expert.js';
import { edited, policyOf, repaired } from './repairs.js';
import { claimsUntimed } from '../support/checked.js';
import { partOf } from '../support/depth.js';

const PATH = '/policies/case.guardrail';

describe.each(partOf(expertCases, 2))('$name', ({ policy: text, first, lost = [] }) => {
    test('is repaired as an expert would, and lists the losses', async () => {
        const { repairs } = await repaired(text, PATH);
        const proposals = repairs[0]!.repairs;
        const [best] = proposals;
        expect(best?.text).toBe(first);
        expect(best?.lost).toEqual(lost);
        // A repair without losses never comes after one with losses.
        const harm = proposals.map((repair) => Math.sign(repair.lost.length));
        expect(harm).toEqual([...harm].sort());
        const before = await usable(text);
        for (const repair of partOf(proposals, 18)) {
            const after = await usable(edited(text, repair));
            const gone = before.filter((tool) => !after.includes(tool));
            const told = TOOLS.filter((tool) => repair.lost.includes(`clerk can never call ${tool}`));
            expect(told, repair.text).toEqual(gone);
        }
    });
});

/** The tools that some session calls. */
async function usable(text: string): Promise<string[]> {
    const asked = TOOLS.map((tool) => `claim "use ${tool}": possible ${tool}`).join('\n');
    const policy = await policyOf(`${text}${asked}\n`, PATH);
    const claims = claimsUntimed(policy, policy.claims.slice(-TOOLS.length));
    return TOOLS.filter((_, index) => claims[index]?.verdict === 'witnessed');
}
