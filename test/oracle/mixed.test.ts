/**
 * Compares the product's verdicts on random policies that mix types and forms with random concrete sessions: no session
 * may break a claim that holds, complete the steps of an impossible one, or be shorter than the shortest that is shown.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectMore } from './agreement.js';
import type { Draft } from './mixed/inventory.js';
import { drawnPolicy } from './mixed/policy.js';
import { Session, type Step } from './mixed/session.js';
import { wrongVerdicts } from './mixed/wrong.js';
import { policyOf } from '../support/policies.js';
import { SHARE, runs } from '../support/depth.js';

const SEED = 20_261_126 + SHARE;
const POLICIES = runs(40);
const SESSIONS = 100;

const seed = fc.nat();
const seeds = (minLength: number, maxLength: number): fc.Arbitrary<number[]> =>
    fc.array(seed, { minLength, maxLength, size: 'max' });

const drafts: fc.Arbitrary<Draft> = fc.record({
    features: seed,
    columns: seeds(1, 3),
    tools: seeds(1, 3),
    rules: seeds(1, 5),
    claims: seeds(1, 2)
});

test('no played session contradicts the verdicts', async () => {
    const tally = new Map<string, number>();
    const wrong = async (draft: Draft, of: Map<string, number>): Promise<string[]> => {
        const drawn = await drawnPolicy(draft);
        return drawn ? wrongVerdicts(drawn.policy, SESSIONS, draft.features, of) : [];
    };
    const details = await fc.check(
        fc.asyncProperty(drafts, async (draft) => (await wrong(draft, tally)).length === 0),
        { numRuns: POLICIES, seed: SEED }
    );
    if (details.counterexample !== null) {
        const [draft] = details.counterexample;
        const text = (await drawnPolicy(draft))?.text ?? '';
        const { errorInstance: thrown } = details;
        const what = thrown instanceof Error ? (thrown.stack ?? thrown.message) : await wrong(draft, new Map());
        expect.fail(`seed ${details.seed}, path ${details.counterexamplePath}\n${text}\n\n${[what].flat().join('\n')}`);
    }
    expectMore(tally, 0, ['holds', 'vacuous', 'impossible', 'witnessed', 'holds in scope']);
    expectMore(tally, 6, ['violated', 'violated, and so by a session that was hunted']);
});

test.each([
    ['at most 1 s.pay', [undefined, 3]],
    ['never s.pay when carries secret', [undefined, 3]],
    ['never s.pay when in mode busy', [undefined, 3]],
    ['always count(s.pay) <= 1', [undefined, 3]],
    ['s.pay requires no s.pay since start', [undefined, 3]],
    ['never s.pay unless once s.pay', [1, 1]],
    ['s.pay is denied when once s.pay', [undefined, 3]]
])('%s, in one session and across sessions', async (claim, expected) => {
    const policy = await policyOf(`policy P
label secret
server s { tool pay() reads secret }
agent a
allow a: s.*
modes work {
  idle initial { on released s.pay enter busy }
  busy {}
}
claim "one": ${claim}
claim "all" across sessions: ${claim}
`);
    const session = new Session(policy, { constants: {}, epoch: 0 });
    const pay: Step = {
        kind: 'call',
        call: { agent: 0, tool: 0, args: {} },
        answer: { outcome: 'success' },
        readings: []
    };
    const steps: Step[] = [pay, { kind: 'session' }, pay];
    expect(steps.map((step) => session.take(step))).toEqual([true, true, true]);
    expect(session.seen.map(({ steps: broken }) => broken)).toEqual(expected);
});
