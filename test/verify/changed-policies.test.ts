/**
 * Tests a policy's certificates, and changed ones, against the policy with a weaker rule or other modes: where a session breaks the
 * claim, all of them are refused.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { questionOf } from '../../server/checker/questions/question.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Condition, Policy, Rule } from '../../server/model/policy/policy.js';
import { TRUE } from '../../server/model/policy/truth.js';
import { files, load } from '../examples/policies.js';
import { partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { mutantsOf } from './mutants.js';
import { certified, verified } from './support.js';

const LIMITS = { ...DEFAULT_LIMITS, maxStates: 500 };

const FOLDER = new URL('near-misses/', import.meta.url);

/** The policies that each build tests. */
const IN_BUILD = /^(followed-modes|steps|used-approvals|held-modes|withheld)\./;

test('no certificate, and no changed one, proves a claim that is broken once the policy is changed', async () => {
    const seen = { broken: 0, refused: 0, accepted: 0 };
    for (const [name, read] of partOf(ALL, ([name]) => IN_BUILD.test(name))) {
        const policy = await read();
        const written = policy && certified(policy);
        for (const changed of policy ? weaker(policy) : []) {
            const isProven = new Set(verified(changed, written).accepted);
            for (const certificate of written!.certificates) {
                const isKept = isProven.has(certificate.name);
                seen.accepted += Number(isKept);
                if (!isBroken(changed, certificate.name)) {
                    continue;
                }
                seen.broken++;
                expect(isKept, `${name}: ${certificate.name}`).toBe(false);
                for (const { change, certificate: mutant } of mutantsOf(certificate)) {
                    const { accepted, refused } = verified(changed, { ...written!, certificates: [mutant] });
                    seen.refused += refused.length;
                    expect(accepted, `${name}: ${certificate.name}: ${change}`).toEqual([]);
                }
            }
        }
    }
    expect(seen.broken).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(500);
    expect(seen.accepted).toBeGreaterThan(50);
});

/** The near misses and the examples. */
const ALL: readonly (readonly [name: string, read: () => Promise<Policy | undefined>])[] = [
    ...readdirSync(FOLDER).map((name) => [name, () => policyOf(readFileSync(new URL(name, FOLDER), 'utf8'))] as const),
    ...files.map((name) => [name, async () => (await load(name)).policy] as const)
];

const ALWAYS: Condition = { op: 'constant', value: TRUE };

/** The policy with one rule that stops less or grants more, or with other modes. Everything keeps its number. */
function weaker(policy: Policy): Policy[] {
    const { rules, machines = [] } = policy;
    const withRule = (rule: Rule, changed: Rule): Policy => ({
        ...policy,
        rules: rules.map((one) => (one === rule ? changed : one))
    });
    return [
        ...rules.flatMap((rule) => {
            if (rule.kind === 'allow') {
                return rule.when.op === 'constant' ? [] : [withRule(rule, { ...rule, when: ALWAYS })];
            }
            return rule.kind === 'withhold' || rule.audit === true ? [] : [withRule(rule, { ...rule, audit: true })];
        }),
        ...machines.flatMap((machine) =>
            machine.modes.flatMap(({ lasts }, initial) =>
                initial === machine.initial || lasts
                    ? []
                    : [{ ...policy, machines: machines.map((one) => (one === machine ? { ...one, initial } : one)) }]
            )
        )
    ];
}

function isBroken(policy: Policy, name: string): boolean {
    const claim = policy.claims.find((one) => one.name === name)!;
    // The exact search knows no counts and totals without bounds.
    const verdict =
        claim.kind === 'always'
            ? checkPolicy({ ...policy, scenarios: [] }, { claim: name, limits: LIMITS }).claims[0]!.verdict
            : finished(searchExactly(policy, questionOf(claim), { limits: LIMITS })).verdict;
    return verdict === 'violated' || verdict === 'witnessed';
}
