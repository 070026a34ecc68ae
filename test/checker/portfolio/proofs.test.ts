/** Tests what verdicts rest on: a proof, a session, or a search. */
import { describe, expect, test } from 'vitest';
import { checkClaims } from '../../../server/checker/check.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import type { Basis, ClaimResult, VerdictWord } from '../../../server/checker/results/result.js';
import { policyOf } from '../../support/policies.js';

const HEAD = `policy P
request { owner: string }
human boss
agent a
server s {
  tool check(account: string) returns (owner: string)
  tool pay(account: string, n: 0..9)
  tool close()
}
`;

async function resultOf(rules: string, claim: string, maxStates = 1_000): Promise<ClaimResult> {
    const policy = await policyOf(`${HEAD}${rules}\nclaim "c": ${claim}\n`);
    const limits = { ...DEFAULT_LIMITS, maxStates };
    return checkClaims([{ policy, claim: policy.claims[0]! }], { limits }, () => undefined)[0]!;
}

const CASES: readonly (readonly [rules: string, claim: string, verdict: VerdictWord, by: Basis['by']])[] = [
    ['allow a: s.*\ndeny s.pay when n > 5', 'never s.pay when n > 7', 'holds', 'proof'],
    ['allow a: s.*\ndeny s.pay unless once s.check', 's.pay requires once s.check', 'holds', 'proof'],
    ['allow a: s.*\nlimit s.pay to 2', 'always count(s.pay) <= 2', 'holds', 'proof'],
    ['allow a: s.*\ndeny s.pay when n > 5', 'never s.pay when n > 4', 'violated', 'session'],
    ['allow a: s.check, s.close', 's.pay requires once s.check', 'vacuous', 'proof'],
    ['allow a: s.check, s.close', 'possible s.check then s.pay', 'impossible', 'proof'],
    ['allow a: s.*\nrequire approval by boss for s.pay', 'possible s.pay without approval', 'impossible', 'proof'],
    ['allow a: s.*', 'possible s.check then s.pay', 'witnessed', 'session'],
    [
        'allow a: s.check\nallow a: s.pay when once s.check(account)',
        's.pay is allowed when once s.check(account)',
        'holds',
        'proof'
    ],
    ['allow a: s.pay', 's.pay is allowed when once s.check', 'vacuous', 'proof']
];

test.each(CASES)('%j: %s', async (rules, claim, verdict, by) => {
    const { verdict: found, basis, unknown } = await resultOf(rules, claim);
    expect([found, basis.by, unknown]).toEqual([verdict, by, undefined]);
});

// Unless an earlier session makes the claim worse, its proof covers whatever sessions before it left; otherwise a proof over both
// histories does.
test.each([
    ['deny s.pay unless once s.check across sessions', 's.pay requires once s.check across sessions', 'holds', 'proof'],
    [
        'deny s.pay unless account from s.check.result.owner',
        'never s.pay unless account from s.check.result.owner',
        'holds',
        'proof'
    ],
    ['deny s.pay unless account == request.owner', 'never s.pay unless account == request.owner', 'holds', 'proof'],
    ['limit s.pay to 2 within 1h across sessions', 'at most 2 s.pay within 1h', 'holds', 'proof'],
    ['limit s.pay to 2 within 1h', 'at most 2 s.pay within 1h', 'violated', 'session'],
    [
        'limit s.pay to 2 across sessions\ndeny s.pay when once s.close',
        'never s.pay when once s.close',
        'violated',
        'session'
    ]
] as const)('across sessions: %j: %s', async (rules, claim, verdict, by) => {
    const { acrossSessions } = await resultOf(`allow a: s.*\n${rules}`, claim);
    expect([acrossSessions?.verdict, acrossSessions?.basis.by]).toEqual([verdict, by]);
});

describe('a claim whose subject is not found', () => {
    const rules = 'allow a: s.*\ndeny s.pay when count(s.check) < 900\ndeny s.pay when n > 5';

    test('holds, and says what is not known', async () => {
        const { verdict, basis, unknown, explanation } = await resultOf(rules, 's.pay requires n <= 7', 50);
        expect([verdict, basis.by]).toEqual(['holds', 'proof']);
        expect(unknown).toBe('it is not known whether s.pay can be released');
        expect(explanation).toContain(unknown);
    });

    test('holds without such a word if nothing has to happen', async () => {
        const { verdict, unknown } = await resultOf(rules, 'never s.pay when n > 7', 50);
        expect([verdict, unknown]).toEqual(['holds', undefined]);
    });
});
