/** Tests that a defect of the checker leaves only the claim undecided in whose check it shows. */
import { expect, test } from 'vitest';
import { CheckCancelled, checkPolicy, type CheckOptions } from '../../server/checker/check.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { policyOf } from '../support/policies.js';

/** The claims of a policy, of which the second one reads a history that does not exist: it stands for a defect of the checker. */
async function policyWithDefect(): Promise<Policy> {
    const policy = await policyOf(`policy P
server s { tool x(n: 0..9) }
agent a
allow a: s.x
deny s.x when n > 5
claim "good": never s.x when n > 7
claim "other": never s.x when n > 6
claim "bad": never s.x when n > 3
`);
    const claims = policy.claims.map((claim, index) =>
        index === 1 ? { ...claim, bad: { op: 'monitor', monitor: 99 } as const } : claim
    );
    return { ...policy, claims };
}

test('the other claims keep their verdicts, and the defect is an error', async () => {
    const faults: unknown[] = [];
    const { claims, findings } = checkPolicy(await policyWithDefect(), { onFault: (fault) => faults.push(fault) });
    expect(claims.map(({ verdict }) => verdict)).toEqual(['holds', 'undecided', 'violated']);
    expect(claims.map(({ defect }) => defect === undefined)).toEqual([true, false, true]);
    expect(claims[1]!.basis).toMatchObject({ by: 'search', exhausted: false, limit: expect.any(String) });
    expect(findings.filter(({ code }) => code === 'GR901').map(({ source }) => source)).toContain(claims[1]!.source);
    expect(faults[0]).toBeInstanceOf(Error);
});

test.each([
    ['a check that is cancelled', { isCancelled: () => true }],
    ['a check without time', { total: { left: 0, of: 1 } }]
] satisfies [string, CheckOptions][])('%s is no defect', async (_, options) => {
    const policy = await policyOf('policy P\nserver s { tool x() }\nagent a\nallow a: s.x\nclaim "c": never s.x\n');
    const faults: unknown[] = [];
    const check = (): unknown => checkPolicy(policy, { ...options, onFault: (fault) => faults.push(fault) });
    if ('isCancelled' in options) {
        expect(check).toThrow(CheckCancelled);
    } else {
        expect(check()).toMatchObject({ claims: [{ verdict: 'undecided' }], findings: [] });
    }
    expect(faults).toEqual([]);
});
