/** Tests claims that a search in order of length leaves undecided, but that random sessions decide. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { finished } from '../../../server/checker/limits/resumable.js';
import type { ClaimResult } from '../../../server/checker/results/result.js';
import { sampledEvidence } from '../../../server/checker/random-sessions/index.js';
import { questionOf } from '../../../server/checker/questions/question.js';
import { policyOf } from '../../support/policies.js';

const REPEATED = `policy P
server s { tool ask(q: string, page: int = 1)   tool other(a: string, b: string, c: int) }
agent a
agent b
human lead
allow any agent: s.*
require approval by lead for s.ask when q == "slow"
deny s.ask when count(attempted same call) >= 2
`;

async function resultOf(text: string): Promise<ClaimResult> {
    const limits = { ...DEFAULT_LIMITS, timeoutMs: 20_000 };
    return checkPolicy(await policyOf(text), { limits, explainSearch: true }).claims[0]!;
}

test('a session of six steps, which the search does not reach', async () => {
    const { verdict, trace, explanation, search } = await resultOf(
        `${REPEATED}claim "once": never s.ask when count(attempted same call) >= 2\n`
    );
    expect(verdict).toBe('violated');
    expect(trace!.steps.length).toBeGreaterThan(3);
    expect(explanation).toContain('There may be a shorter session');
    const methods = search!.map(({ method, outcome }) => `${method}: ${outcome}`);
    expect(methods).toContain('random sessions: went on');
});

test('a session that is not a claim of the policy is not looked for', async () => {
    const policy = await policyOf(`${REPEATED}claim "once": never s.ask when count(attempted same call) >= 2\n`);
    const question = questionOf(policy.claims[0]!);
    expect(finished(sampledEvidence(policy, { ...question }))).toBeUndefined();
    expect(finished(sampledEvidence(policy, question))?.verdict).toBe('violated');
});

test('a claim that the rules settle is not vacuous if a random session judges such a call', async () => {
    const text = `policy P
server s { tool load(n: int) returns (v: string, w: int)   tool pay(to: string, v: string, n: int) }
agent a
allow a: s.*
deny s.pay unless v from s.load.result.v
claim "c": s.pay is denied when not v from s.load.result.v
claim "never asked": s.pay is denied when not v from s.load.result.v and n > 3 and n < 3
`;
    const [first, second] = checkPolicy(await policyOf(text), {
        limits: { ...DEFAULT_LIMITS, timeoutMs: 5_000 }
    }).claims;
    expect(first!.verdict).toBe('holds');
    expect(second!.verdict).not.toBe('holds');
});
