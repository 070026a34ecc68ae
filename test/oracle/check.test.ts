/** The product's verdicts and shortest sessions against the naive checker's, on random small policies. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Policy } from '../../server/model/policy.js';
import { CASES } from './cases.js';
import { check } from './check.js';
import { disagreements, LIMITS } from './disagreements.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { standing } from './standing.js';

const SEED = 20_250_117;

const small: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 3,
    rules: 4,
    claims: 3,
    depth: 1,
    approvals: 3,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: [
        'never',
        'never',
        'requires',
        'requires',
        'possible',
        'possible',
        'at most',
        'no flow',
        'decided',
        'always'
    ]
};

/** Conditions that ask who approved, over calls whose holds nobody sees: such holds are not in the checker's state. */
const asking: Shape = {
    ...small,
    agents: 1,
    tools: 2,
    params: 0,
    monitors: 2,
    approvals: 9,
    statuses: ['released', 'failed', 'denied']
};

/** Conditions on arguments that depend on each other, over calls with few of everything else. */
const comparing: Shape = { ...small, agents: 1, tools: 2, params: 3, monitors: 2, rules: 3, claims: 2, depth: 2 };

/** Windows of a few seconds. */
const timed: Shape = {
    ...small,
    agents: 1,
    tools: 2,
    params: 0,
    monitors: 2,
    rules: 3,
    claims: 2,
    approvals: 1,
    statuses: ['denied', 'released', 'failed'],
    windows: [1, 2, 3],
    timed: 8
};

/** Windows of a few seconds together with holds and answers that conditions see, which lapse in a few seconds. */
const heldAndTimed: Shape = {
    ...timed,
    approvals: 6,
    statuses: ['attempted', 'held', 'approved', 'refused', 'released'],
    timed: 5
};

/** Approvals that serve several calls. */
const serving: Shape = {
    ...heldAndTimed,
    monitors: 1,
    params: 1,
    approvals: 9,
    statuses: ['released', 'approved', 'held'],
    windows: [],
    timed: 0,
    keyed: 10
};

/** History for each value of an argument. */
const keyed: Shape = { ...small, agents: 1, tools: 2, monitors: 2, rules: 3, claims: 2, approvals: 1, keyed: 10 };

/** Both. */
const keyedAndTimed: Shape = { ...timed, keyed: 10 };

/** How many times as many policies as a build checks; `npm run test:deep` asks for more. */
const DEPTH = Number(process.env['ORACLE_DEPTH'] ?? 1);

test.each(CASES)('$name', ({ policy, steps }) => {
    expect(check(policy, LIMITS).claims[0]?.steps, printPolicy(policy)).toBe(steps);
    expect(disagreements(policy, new Map()), printPolicy(policy)).toEqual([]);
});

test('the checker and the naive checker agree', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(small, 1_300);
    const expected = [
        'holds',
        'violated',
        'vacuous',
        'witnessed',
        'impossible',
        'exhausted',
        'never in 1',
        'never in 2',
        'never in 3',
        'requires in 1',
        'requires in 2',
        'requires in 3',
        'possible in 1',
        'possible in 2',
        'possible in 3',
        'with a human'
    ];
    for (const what of expected) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(5);
    }
});

test(
    'the checker and the naive checker agree on what approvals open',
    { timeout: 900_000 * Math.max(1, DEPTH) },
    () => {
        const tally = agree(asking, 800);
        for (const what of ['holds', 'violated', 'witnessed', 'never in 3', 'with a human']) {
            expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(5);
        }
    }
);

test('the checker and the naive checker agree on arguments', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(comparing, 900);
    for (const what of [
        'holds',
        'violated',
        'witnessed',
        'impossible',
        'never in 1',
        'requires in 1',
        'possible in 2'
    ]) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(5);
    }
});

const LENGTHS = [
    'at most in 1',
    'at most in 2',
    'always in 1',
    'decided in 1',
    'decided in 2',
    'never in 1',
    'never in 2',
    'no flow in 2',
    'possible in 2',
    'requires in 1'
];
const VERDICTS = ['holds', 'violated', 'vacuous', 'witnessed', 'impossible', 'exhausted'];

test('the checker and the naive checker agree on windows', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(timed, 700);
    for (const what of [...VERDICTS, ...LENGTHS, 'never in 3', 'with waiting', 'with an event']) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(4);
    }
});

test(
    'the checker and the naive checker agree on holds and answers that lapse',
    { timeout: 900_000 * Math.max(1, DEPTH) },
    () => {
        const tally = agree(heldAndTimed, 100);
        for (const what of [...VERDICTS, 'with a human', 'possible in 3', 'never in 2']) {
            expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(0);
        }
    }
);

test(
    'the checker and the naive checker agree on approvals that serve several calls',
    { timeout: 900_000 * Math.max(1, DEPTH) },
    () => {
        const tally = agree(serving, 25, standing(serving));
        for (const what of ['holds', 'violated', 'witnessed', 'with a human', 'never in 2']) {
            expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(0);
        }
    }
);

test('the checker and the naive checker agree on keys', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(keyed, 500);
    for (const what of [...VERDICTS, ...LENGTHS]) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(2);
    }
});

test('the checker and the naive checker agree on windows and keys', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(keyedAndTimed, 300);
    for (const what of [...VERDICTS, 'at most in 2', 'never in 2', 'with waiting', 'with two keys']) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(0);
    }
});

/** How often each verdict, length and the like occurred: what a generator no longer reaches would go untested. */
function agree(shape: Shape, policyCount: number, drawn = policies(shape)): Map<string, number> {
    const tally = new Map<string, number>();
    const details = fc.check(
        fc.property(drawn, (policy) => disagreements(policy, tally).length === 0),
        { numRuns: Math.ceil(policyCount * DEPTH), seed: SEED }
    );
    if (details.counterexample !== null) {
        const [policy] = details.counterexample;
        expect.fail(
            `seed ${details.seed}, path ${details.counterexamplePath}\n${printPolicy(policy)}\n\n${explain(policy)}`
        );
    }
    return tally;
}

function explain(policy: Policy): string {
    try {
        return disagreements(policy, new Map()).join('\n');
    } catch (error) {
        return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
}
