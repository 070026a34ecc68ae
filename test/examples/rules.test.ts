/**
 * Tests that every rule of a finished example is needed: without it a claim breaks, or a scenario is decided
 * differently.
 */
import { describe, expect, test } from 'vitest';
import type { Policy, Rule } from '../../server/model/policy/policy.js';
import { loadPolicy } from './policies.js';
import { partOf } from '../support/depth.js';
import { checkedUntimed } from '../support/checked.js';

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
];

describe.each(FINISHED)('%s', async (file) => {
    const policy = await loadPolicy(file);
    // Lists of subjects may expand one rule of the text into several rules of the model.
    const rules = [...new Map(policy.rules.map((rule) => [rule.source, rule])).values()];

    test('has nothing wrong as it is', () => {
        expect(wrongWith(policy)).toEqual([]);
    });

    test.each(partOf(rules, 8).map((rule) => [rule.text, rule] as const))('%s', (_, rule) => {
        expect(wrongWith(without(policy, rule))).not.toEqual([]);
    });
});

function without(policy: Policy, dropped: Rule): Policy {
    return { ...policy, rules: policy.rules.filter((rule) => rule.source !== dropped.source) };
}

function wrongWith(policy: Policy): string[] {
    const { claims, scenarios } = checkedUntimed(policy);
    return [
        ...claims
            .filter(({ verdict }) => verdict !== 'holds' && verdict !== 'witnessed')
            .map(({ name, verdict }) => `${name}: ${verdict}`),
        ...scenarios.filter(({ passed }) => !passed).map(({ name }) => name)
    ];
}
