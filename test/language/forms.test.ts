/**
 * Tests policies that demonstrate the meaning of each form: they have no errors, and every scenario is decided as
 * stated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import { policyOf } from '../support/policies.js';

const folder = new URL('./forms/', import.meta.url);

describe.each(readdirSync(folder).filter((name) => name.endsWith('.guardrail')))('%s', (file) => {
    test('every scenario passes', async () => {
        const policy = await policyOf(readFileSync(new URL(file, folder), 'utf8'));
        expect(policy.scenarios.length).toBeGreaterThan(0);
        const failed = policy.scenarios
            .map((scenario) => runScenario(policy, scenario))
            .filter(({ passed }) => !passed)
            .map(({ name, steps }) => [
                name,
                ...steps.filter((step) => !step.passed).map((step) => `${step.text}: ${step.message}`)
            ]);
        expect(failed).toEqual([]);
    });
});
