/**
 * Tests that the product's decision procedure and the oracle agree on every decision in random sessions of random
 * policies.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { disagreement, type Tally } from './agree.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { sessions, type RawStep } from './sessions.js';
import { policyOf } from '../support/policies.js';
import { IS_DEEP, more, partOf, runs } from '../support/depth.js';

const POLICIES = runs(4_000);
const SESSIONS_PER_POLICY = 4;
const SEED = 20_250_117;

const shape: Shape = {
    agents: 3,
    humans: 2,
    tools: 5,
    params: 2,
    monitors: 4,
    rules: 6,
    claims: 0,
    depth: 2,
    approvals: 3,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
    seconds: [1, 2, 5, 900, 86_400],
    windows: [0, 1, 2, 5, 900],
    timed: 5,
    keyed: 7,
    outside: 2,
    claimKinds: ['never']
};

test('product and oracle decide the same way', () => {
    const tally: Tally = new Map();
    const cases = fc.tuple(
        policies(shape),
        fc.array(sessions, { minLength: SESSIONS_PER_POLICY, maxLength: SESSIONS_PER_POLICY })
    );
    const details = fc.check(
        fc.property(cases, ([policy, many]) => many.every((steps) => disagreement(policy, steps, tally) === undefined)),
        { numRuns: POLICIES, seed: SEED }
    );
    if (details.counterexample !== null) {
        const [[policy, many]] = details.counterexample;
        const session = many.map((steps) => disagreement(policy, steps, new Map())).find((text) => text !== undefined);
        expect.fail(
            `seed ${details.seed}, path ${details.counterexamplePath}\n${printPolicy(policy)}\n\n` +
                (session ?? String(details.errorInstance))
        );
    }
    for (const kind of EXPECTED) {
        expect(tally.get(kind) ?? 0, `how often the random sessions contain: ${kind}`).toBeGreaterThan(more(3));
    }
});

const called = (tool: number): RawStep => ({
    kind: 'call',
    agent: 0,
    tool,
    args: [0, 0, 0],
    foreign: undefined,
    outcome: 'success',
    overlaps: false
});
const [U, V, P] = [0, 1, 2].map(called) as [RawStep, RawStep, RawStep];
const RUNNING: RawStep = { ...V, overlaps: true } as RawStep;
const APPROVED: RawStep = { kind: 'approve', hold: 0, human: 0, again: false, outcome: 'success' };

/** Every session of this length that begins with a held call and ends with a decision. */
function sessionsOf(length: number): RawStep[][] {
    return length === 1
        ? [[U]]
        : sessionsOf(length - 1).flatMap((steps) => {
              const [first, ...others] = steps;
              return [U, V, APPROVED, P, ...(IS_DEEP ? [RUNNING] : [])].map((step) => [first!, ...others, step]);
          });
}

const NESTED = [
    'once s.u where (once attempted s.u)',
    'once s.u where (once held s.u)',
    'once s.u where (once approved s.u)',
    'once s.v where (once attempted s.v)',
    'once s.v where (once attempted s.u)',
    'once s.v where (not once attempted s.u)',
    'once s.v where (no attempted s.u since s.v)',
    'once s.v where (once s.u where (once attempted s.u))',
    'once approved s.u where (once held s.u)',
    'once approved s.u where (not once attempted s.u)',
    'count(s.u where (count(attempted s.u) >= 2)) >= 1',
    's.v since s.u where (once attempted s.u)',
    'no s.u where (once held s.u) since s.v',
    'latest s.u where (count(attempted s.u) == 1)',
    'in mode m.late',
    'once entered m.late'
];

test.each(partOf(NESTED, 4))(
    'the history at an event includes its own attempt, but never that of the decided call: %s',
    async (condition) => {
        const policy = await policyOf(`policy P
server s { tool u()   tool v()   tool p() }
agent a
human lead
allow a: s.*
require approval by lead for s.u
modes m {
  early initial {
    on s.u when once attempted s.u enter late
    on s.v when once held s.u enter late
  }
  late { }
}
deny s.u, s.p when ${condition}
`);
        const found = sessionsOf(IS_DEEP ? 5 : 4).flatMap(
            (steps) => disagreement(policy, [...steps, P], new Map()) ?? []
        );
        expect(found).toEqual([]);
    }
);

/** The features that must occur: a generator that stops reaching one of these would leave it untested. */
const EXPECTED = [
    'allowed',
    'held',
    'waits',
    'denied by rule',
    'denied by unknown',
    'denied by default',
    'denied by inventory',
    'submitted again',
    'approve',
    'refuse',
    'an answer of somebody who is not asked',
    'success',
    'error',
    'lost',
    'outside',
    'two are asked',
    'released with two approvals',
    'waits to clear, perhaps',
    'carries: yes',
    'carries after a clearing: no',
    'carries after a clearing: yes',
    ...['once', 'since', 'no since', 'once then'].flatMap((kind) =>
        ['', ' within', ' keyed', ' within keyed'].flatMap((more) =>
            ['yes', 'no', 'unknown'].map((said) => `${kind}${more}: ${said}`)
        )
    ),
    ...['last is', 'last is within', 'count', 'count keyed', 'since or start', 'since or start keyed'].flatMap((form) =>
        ['yes', 'no', 'unknown'].map((said) => `${form}: ${said}`)
    )
];
