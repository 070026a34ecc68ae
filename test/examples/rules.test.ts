/**
 * Tests that every rule of a finished example is needed: without it a claim breaks, or a scenario is decided
 * differently.
 */
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import type { Policy, Rule } from '../../server/model/policy/policy.js';
import { claimsUntimed } from '../support/checked.js';
import { partOf } from '../support/depth.js';
import expected from './expected.json' with { type: 'json' };
import { loadPolicy } from './policies.js';

const FINISHED = [
    'banking/banking.guardrail',
    'coding-agent/coding-agent.guardrail',
    'github/github.guardrail',
    'hand-over/hand-over.guardrail',
    'mail-assistant/mail.guardrail',
    'mcp-servers/coding-assistant.guardrail',
    'packages/guardrails/examples/customer-data.guardrail',
    'packages/guardrails/examples/payments.guardrail',
    'shopping/shopping.guardrail',
    'team/support.guardrail'
] as const satisfies readonly (keyof typeof expected)[];

describe.each(FINISHED)('%s', async (file) => {
    const policy = await loadPolicy(file);
    // Lists of subjects may expand one rule of the text into several rules of the model.
    const rules = [...new Map(policy.rules.map((rule) => [rule.source, rule])).values()];

    test('has nothing wrong as it is', () => {
        // The verdicts in the table are those of the checker (`examples.test.ts`).
        const { claims, scenarios } = expected[file];
        expect(Object.values(claims).filter((verdict) => !/^(holds|witnessed),/.test(verdict))).toEqual([]);
        expect(scenarios).toBe(`${policy.scenarios.length} of ${policy.scenarios.length} pass`);
    });

    test.each(partOf(rules, 16).map((rule) => [rule.text, rule] as const))('%s', (_, rule) => {
        expect(isWrong(without(policy, rule))).toBe(true);
    });
});

function without(policy: Policy, dropped: Rule): Policy {
    return { ...policy, rules: policy.rules.filter((rule) => rule.source !== dropped.source) };
}

/** True if a scenario fails or a claim does not hold; the search ends with the first. */
function isWrong(policy: Policy): boolean {
    return (
        policy.scenarios.some((scenario) => !runScenario(policy, scenario).passed) ||
        policy.claims.some((claim) => !['holds', 'witnessed'].includes(claimsUntimed(policy, [claim])[0]!.verdict))
    );
}
