/** The product's verdicts and shortest sessions against the naive checker's, on random small policies. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import type { ClaimResult } from '../../server/checker/result.js';
import type { Claim, Policy } from '../../server/model/policy.js';
import { CASES } from './cases.js';
import { patterns } from './candidates.js';
import { check, EVERYTHING, FEW_HOLDS, type ClaimFacts } from './check.js';
import { policies, type Shape } from './generate.js';
import { printPolicy } from './print.js';
import { wrong } from './replay.js';
import { oldestAge } from './sights.js';

const SEED = 20_250_117;
const LIMITS = { steps: 6, decisions: 2_000 };

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

/** Windows of a few seconds; what sees holds is left to the others, since the checker does not explore both together. */
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
    const tally = agree(small, 1_400);
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
        'never in 4',
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
        const tally = agree(asking, 1_000);
        for (const what of ['holds', 'violated', 'witnessed', 'never in 3', 'never in 4', 'with a human']) {
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

test('the checker and the naive checker agree on keys', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(keyed, 500);
    for (const what of [...VERDICTS, ...LENGTHS, 'holds in scope']) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(2);
    }
});

test('the checker and the naive checker agree on windows and keys', { timeout: 900_000 * Math.max(1, DEPTH) }, () => {
    const tally = agree(keyedAndTimed, 400);
    for (const what of [...VERDICTS, 'at most in 2', 'never in 2', 'with waiting', 'with two keys']) {
        expect(tally.get(what) ?? 0, `how often the random policies have: ${what}`).toBeGreaterThan(2);
    }
});

/** How often each verdict, length and the like occurred: what a generator no longer reaches would go untested. */
function agree(shape: Shape, policyCount: number): Map<string, number> {
    const tally = new Map<string, number>();
    const details = fc.check(
        fc.property(policies(shape), (policy) => disagreements(policy, tally).length === 0),
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

function disagreements(policy: Policy, tally: Map<string, number>, scope = EVERYTHING): string[] {
    const facts = check(policy, LIMITS, scope);
    const { claims } = checkPolicy(policy);
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    return policy.claims.flatMap((claim, i) => {
        const result = claims[i] as ClaimResult;
        const fact = facts.claims[i] as ClaimFacts;
        count(result.verdict);
        if (result.basis.scopes.length > 0) {
            count('in scope');
        }
        if (fact.steps !== undefined) {
            count(`${claim.kind} in ${fact.steps}`);
        }
        if (facts.exhausted) {
            count('exhausted');
        }
        if (result.trace?.steps.some((step) => step.kind === 'approve')) {
            count('with a human');
        }
        const steps = result.trace?.steps ?? [];
        if (steps.some((step) => step.time > 0)) {
            count('with waiting');
        }
        if (steps.some((step) => step.kind === 'event')) {
            count('with an event');
        }
        if (new Set(steps.flatMap(({ args }) => args['acct'] ?? [])).size > 1) {
            count('with two keys');
        }
        const problem =
            badTrace(policy, claim, result) ?? judge(policy, claim, result, fact, within(policy, i, scope.refused));
        return problem === undefined ? [] : [`${claim.name}: ${problem}\n${session(result)}`];
    });
}

function judge(
    policy: Policy,
    claim: Claim,
    result: ClaimResult,
    fact: ClaimFacts,
    scoped: () => ClaimFacts
): string | undefined {
    const { bound } = fact;
    const found = claim.kind === 'possible' ? 'witnessed' : 'violated';
    const length = result.verdict === found ? result.trace?.steps.length : undefined;
    const says = `the product says ${result.verdict}${length === undefined ? '' : ` in ${length}`}`;
    if (result.verdict === 'undecided' && isBeyond(policy)) {
        return undefined;
    }
    // However few values of keys it tracks, they are as many as a session this short has.
    if (result.basis.scopes.some((scope) => !scope.startsWith('keys'))) {
        return judgeInScope(says, length, fact, bound, scoped());
    }
    if (fact.steps !== undefined) {
        return length === fact.steps ? undefined : `${says}, the oracle has a session of ${fact.steps}`;
    }
    if (length !== undefined) {
        return length > bound ? undefined : `${says}, the oracle has no session of up to ${bound}`;
    }
    const inScope = result.basis.scopes.length > 0;
    const absent =
        claim.kind === 'possible'
            ? [inScope ? 'not witnessed in scope' : 'impossible']
            : [inScope ? 'holds in scope' : 'holds', 'vacuous'];
    if (!absent.includes(result.verdict)) {
        return `${says}, of a policy this small`;
    }
    if (result.verdict === 'vacuous' && fact.triggered) {
        return `${says}, the oracle has seen the trigger`;
    }
    return result.verdict === 'holds' && !fact.triggered && bound === Infinity
        ? `${says}, the trigger never happens`
        : undefined;
}

/** What the checker says that it does not explore: windows together with conditions that see held calls or approvals. */
function isBeyond(policy: Policy): boolean {
    return (
        oldestAge(policy) !== undefined &&
        (patterns(policy).some(({ status }) => status === 'attempted' || status === 'held') ||
            JSON.stringify([policy.rules, policy.claims]).includes('"approved by"'))
    );
}

/** A session must be as good as any within the scope; without one, nothing of that scope may break the claim. */
function judgeInScope(
    says: string,
    length: number | undefined,
    fact: ClaimFacts,
    bound: number,
    scoped: ClaimFacts
): string | undefined {
    if (length === undefined) {
        return scoped.steps === undefined
            ? undefined
            : `${says}, the oracle has a session of ${scoped.steps} within that scope`;
    }
    const least = fact.steps ?? bound + 1;
    const most = scoped.steps ?? Infinity;
    return least <= length && length <= most ? undefined : `${says}, the oracle has ${least} to ${most}`;
}

/** What the naive checker finds within the scope that the product names. */
function within(policy: Policy, claim: number, refused: boolean): () => ClaimFacts {
    return () => check(policy, LIMITS, { ...FEW_HOLDS, refused }).claims[claim] as ClaimFacts;
}

function badTrace(policy: Policy, claim: Claim, result: ClaimResult): string | undefined {
    const concrete = ['violated', 'witnessed'].includes(result.verdict);
    if (!concrete) {
        return undefined;
    }
    return result.trace === undefined ? 'there is no session to show' : wrong(policy, claim, result.trace);
}

function session(result: ClaimResult): string {
    return (result.trace?.steps ?? []).map((step) => `  ${step.time}s ${step.text} ${step.outcome ?? ''}`).join('\n');
}
