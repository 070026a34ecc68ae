/**
 * Tests that uses of a pack with a tool in common cost a constant each: the claim of a use is searched with the rules
 * of that use, and not with what the rules of all uses read. States are counted, because they do not depend on the
 * machine.
 */
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import type { ClaimResult } from '../../../server/checker/results/result.js';
import { policyOf } from '../../support/policies.js';

/** Packs about a `source` and a tool that all uses share: the default of `sink`. */
const PACKS: Readonly<Record<string, string>> = {
    'a call before': `pack Used(source: tools, sink: tools = external tools) {
  deny sink when once source
  claim "used": never sink after source
}`,
    'an approval': `pack Used(source: tools, sink: tools = external tools, gate: human = h) {
  require approval by gate for sink when once source
  claim "used": never sink after source unless approved by gate
}`,
    'a label': `pack Used(source: tools, sink: tools = external tools, mark: label, gate: human = h) {
  require approval by gate for sink when carries mark
  claim "used": never sink after released source unless approved by gate
}`,
    'a window': `pack Used(source: tools, sink: tools = external tools) {
  deny sink when once source within 10m
  claim "used": never sink when once source within 10m
}`,
    'a count': `pack Used(source: tools, sink: tools = external tools) {
  deny sink when count(source) >= 2
  claim "used": never sink when count(source) >= 3
}`
};

function withUses(pack: string, uses: number): string {
    const numbers = Array.from({ length: uses }, (_, index) => index);
    const mark = (number: number): string => (pack.includes('mark: label') ? `, mark: l${number}` : '');
    return [
        'policy P',
        ...numbers.map((number) => `label l${number}`),
        'agent a',
        'human h',
        `server s { ${numbers.map((number) => `tool get${number}() reads l${number}`).join(' ')} tool post() external }`,
        'allow a: any tool',
        pack,
        ...numbers.map((number) => `use Used(source: s.get${number}${mark(number)})`)
    ].join('\n');
}

/** The states of every search for the claim and for its second line. */
function statesOf({ search = [] }: ClaimResult): number {
    return search.flatMap(({ runs }) => runs).reduce((sum, { states }) => sum + states, 0);
}

describe('uses of a pack whose rules share a tool, and read', () => {
    test.each(Object.entries(PACKS))('%s', async (_, pack) => {
        const results = async (uses: number): Promise<readonly ClaimResult[]> => {
            const policy = await policyOf(withUses(pack, uses));
            return checkPolicy(policy, { explainSearch: true }).claims;
        };
        const [some, many] = [await results(8), await results(24)];
        for (const { verdict, acrossSessions } of [...some, ...many]) {
            expect([verdict, acrossSessions?.verdict]).toEqual(['holds', 'violated']);
        }
        const most = (claims: readonly ClaimResult[]): number => Math.max(...claims.map(statesOf));
        expect(most(some)).toBeGreaterThan(0);
        // A claim has at most as many states more as there are uses more; 2^8 alone is more than that.
        expect(most(many)).toBeLessThanOrEqual(3 * most(some));
        expect(most(some)).toBeLessThan(2 ** 8);
    });
});
