/**
 * Tests M2's theorem: whatever overlapping calls can do to a safety claim, sequential calls can do (docs/checker.md).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { overlaps } from './concurrent.js';
import { firstLines } from './first-lines.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { policyOf } from '../support/policies.js';
import { more, runs } from '../support/depth.js';

const SEED = 20_261_125;
const DECISIONS = 1_200;

const shape: Shape = {
    agents: 2,
    humans: 1,
    tools: 3,
    params: 0,
    monitors: 3,
    rules: 4,
    claims: 2,
    depth: 1,
    approvals: 1,
    statuses: ['released', 'failed', 'failed', 'denied', 'attempted'],
    seconds: [1],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'requires', 'at most', 'no flow']
};

test('overlapping calls break no safety claim that sequential calls do not', () => {
    let [broken, longer, waited, overlapped] = [0, 0, 0, 0];
    const details = fc.check(
        fc.property(policies(shape), (policy) => {
            const found = overlaps(policy, DECISIONS);
            waited += found.waited;
            overlapped += found.overlapped;
            return firstLines(policy).every(({ verdict, trace }, i) => {
                const steps = found.broken[i];
                broken += steps === undefined ? 0 : 1;
                longer += steps !== undefined && steps > 1 ? 1 : 0;
                return steps === undefined || (verdict === 'violated' && trace!.steps.length <= steps);
            });
        }),
        { numRuns: runs(35), seed: SEED }
    );
    if (details.counterexample !== null) {
        const [policy] = details.counterexample;
        const { broken: steps } = overlaps(policy, DECISIONS);
        const said = checkPolicy(policy).claims.map(({ name, verdict, trace }) => [name, verdict, trace?.steps.length]);
        expect.fail(
            `path ${details.counterexamplePath}\n${printPolicy(policy)}\n${JSON.stringify(said)} and overlapping ${JSON.stringify(steps)}`
        );
    }
    // Each has to occur often enough to be meaningful.
    expect(broken).toBeGreaterThan(more(7));
    expect(longer).toBeGreaterThan(more(1));
    expect(waited).toBeGreaterThan(more(60));
    expect(overlapped).toBeGreaterThan(more(600));
});

test('a gateway that did not wait would let two calls slip under a cap', async () => {
    const policy = await policyOf(`policy Cap
server s { tool pay() atomic }
agent a
allow a: s.pay when not once s.pay
claim: at most 1 s.pay
`);
    expect(checkPolicy(policy).claims[0]?.verdict).toBe('holds');
    expect(overlaps(policy, 200).broken).toEqual([undefined]);
    expect(overlaps(policy, 200, false).broken).toEqual([2]);
});
