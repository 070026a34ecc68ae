/**
 * Tests that each mutant of a finished example, in which one rule is weaker in one place, is caught by a claim, or
 * proved equivalent: no session is decided differently. A survivor shows that the example lacks a claim.
 */
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../examples/policies.js';
import { mutantsOf } from './mutants.js';
import type { Fate } from './try.js';
import { fateOf, verdictsOf } from './try.js';
import { IS_DEEP, partOf } from '../support/depth.js';

interface Count {
    readonly caught: number;
    /** The number of mutants that are proved equivalent. */
    readonly equivalent?: number;
    /**
     * The number of mutants that are neither: the claims keep their verdicts, and the exact comparison cannot decide if
     * some session distinguishes the two. Apparently another rule of the policy stops the same calls.
     */
    readonly open?: number;
}

const EXPECTED: { readonly [file: string]: Count } = {
    'banking/banking.guardrail': { caught: 31, open: 2 },
    'coding-agent/coding-agent.guardrail': { caught: 12, equivalent: 1 },
    'guardrails/files.guardrail': { caught: 32 },
    'guardrails/flow.guardrail': { caught: 47 },
    'guardrails/money.guardrail': { caught: 87, equivalent: 10 },
    'guardrails/network.guardrail': { caught: 41, equivalent: 4 },
    'guardrails/tools.guardrail': { caught: 17, equivalent: 2 },
    'hand-over/hand-over.guardrail': { caught: 4 },
    'mail-assistant/mail.guardrail': { caught: 4 },
    'mcp-servers/coding-assistant.guardrail': { caught: 18, equivalent: 1 },
    'mcp-servers/first-try.guardrail': { caught: 4 },
    'portfolio/advisor-approval.guardrail': { caught: 4 },
    'portfolio/fresh-price.guardrail': { caught: 1, equivalent: 1 },
    'portfolio/load-first.guardrail': { caught: 2, equivalent: 2 },
    'portfolio/own-client.guardrail': { caught: 1, equivalent: 1 },
    'portfolio/trade-cap.guardrail': { caught: 8 },
    'portfolio/trade-total.guardrail': { caught: 4 }
};

describe.each(partOf(Object.entries(EXPECTED), 6))('%s', (file, expected) => {
    test(
        JSON.stringify(expected),
        async () => {
            const policy = await loadPolicy(file);
            const verdicts = verdictsOf(policy);
            const fates = new Map<Fate['kind'], string[]>();
            for (const mutant of partOf(mutantsOf(policy), 10)) {
                const fate = fateOf(policy, mutant, verdicts);
                const text = 'because' in fate ? `${mutant.text}: ${fate.because}` : mutant.text;
                fates.set(fate.kind, [...(fates.get(fate.kind) ?? []), text]);
            }
            expect(fates.get('survives') ?? []).toEqual([]);
            const count = (kind: Fate['kind']): number => fates.get(kind)?.length ?? 0;
            const { caught, equivalent = 0, open = 0 } = expected;
            const counts = [count('caught'), count('equivalent'), count('open')];
            if (IS_DEEP) {
                expect(counts, fates.get('open')?.join('\n')).toEqual([caught, equivalent, open]);
            } else {
                expect(counts[0]).toBeGreaterThan(0);
                expect(counts[1]).toBeLessThanOrEqual(equivalent);
                expect(counts[2], fates.get('open')?.join('\n')).toBeLessThanOrEqual(open);
            }
        },
        600_000
    );
});

test('at least 300 are caught or equivalent', () => {
    const settled = Object.values(EXPECTED).map(({ caught, equivalent = 0 }) => caught + equivalent);
    expect(settled.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(300);
});
