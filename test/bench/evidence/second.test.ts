/** Tests the policies of the second author, as they were frozen (bench/evidence/second/README.md). */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../../server/checker/scenarios/scenarios.js';
import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';
import { checkedUntimed, claimsUntimed } from '../../support/checked.js';
import { partOf } from '../../support/depth.js';

const folder = fileURLToPath(new URL('../../../bench/evidence/second/', import.meta.url));

describe.each(['shopping', 'github'])('%s', async (suite) => {
    const workspace = new PolicyWorkspace();
    const policy = workspace.policyOf(await workspace.load(`${folder}${suite}.guardrail`));

    test('the scenarios pass', () => {
        const scenarios = policy.scenarios.map((scenario) => runScenario(policy, scenario));
        expect(scenarios.length).toBeGreaterThan(0);
        expect(scenarios.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([]);
    });

    test('what must not happen is impossible, and the work is possible', () => {
        const claims = partOf(policy.claims, 48);
        const [possible, others] = [true, false].map((is) => claims.filter(({ kind }) => (kind === 'possible') === is));
        expect(claimsUntimed(policy, others!).filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
        // The scenarios show them: the searches end at a limit of states before they find sessions of so many calls.
        const shown = possible!.length > 0 ? checkedUntimed({ ...policy, claims: possible! }).claims : [];
        expect(shown.filter(({ verdict }) => verdict !== 'witnessed')).toEqual([]);
    });
});
